import { shallowRef } from 'vue'

export interface Question {
  readonly title: string
  readonly text: string
  readonly yes: string
  readonly no?: string
  /** What is agreed to cannot be taken back. */
  readonly danger?: boolean
}

/** The question that is open, and whom its answer is for. */
export const open = shallowRef<{ question: Question; answer: (yes: boolean) => void } | null>(null)

/** Asks and waits. A question that comes while another is open ends that one with no. */
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
