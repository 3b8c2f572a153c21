import { shallowRef } from 'vue'

export interface Question {
  readonly title: string
  readonly text: string
  readonly yes: string
  readonly no?: string
  /** Whether the action cannot be undone. */
  readonly danger?: boolean
}

/** The open question, and the function that receives its answer. */
export const open = shallowRef<{ question: Question; answer: (yes: boolean) => void } | null>(null)

/** Asks a question and resolves with the answer. If another question is open, that one is answered with no. */
export function ask(question: Question): Promise<boolean> {
  open.value?.answer(false)
  return new Promise((resolve) => {
    open.value = {
      question,
      answer: (yes) => {
        open.value = null
        resolve(yes)
      },
    }
  })
}
