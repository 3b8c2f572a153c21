import type { User } from '@/api/types'

/** The name that a user is shown by: the e-mail address where the name is empty. */
export function nameOf({ name, email }: Pick<User, 'name' | 'email'>): string {
  return name || email
}
