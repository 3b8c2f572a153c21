interface Window {
  happyDOM: { setURL(url: string): void }
}
