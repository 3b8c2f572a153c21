import { account } from './account'
import { app } from './app'
import { problems } from './problems'
import { signIn } from './signIn'
import { ui } from './ui'
import { users } from './users'

/** Every text of the console in English. A folder's texts are a file here and one of the same name in every language. */
export const en = { ...account, ...app, ...problems, ...signIn, ...ui, ...users }
