/** A message from one tab to the others. It never contains a token. */
export type SessionNews = { kind: 'signed-in'; userId: string } | { kind: 'signed-out' }

export interface SessionChannel {
  tell(news: SessionNews): void
  close(): void
}

export function openSessionChannel(listen: (news: SessionNews) => void): SessionChannel {
  const channel = new BroadcastChannel('hallpass:session')
  channel.onmessage = (event: MessageEvent<SessionNews>) => listen(event.data)
  return { tell: (news) => channel.postMessage(news), close: () => channel.close() }
}
