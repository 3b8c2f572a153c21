/** What one tab tells the others. Never a token. */
export type SessionNews = { kind: 'signed-in'; userId: string } | { kind: 'signed-out' }

export interface SessionChannel {
  tell(news: SessionNews): void
  close(): void
}

/** Opens the channel between the tabs of this browser. */
export function openSessionChannel(listen: (news: SessionNews) => void): SessionChannel {
  const channel = new BroadcastChannel('hallpass:session')
  channel.onmessage = (event: MessageEvent<SessionNews>) => listen(event.data)
  return { tell: (news) => channel.postMessage(news), close: () => channel.close() }
}
