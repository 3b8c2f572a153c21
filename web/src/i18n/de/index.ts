import type { Catalogue } from '../catalogue'
import { account } from './account'
import { app } from './app'
import { problems } from './problems'
import { signIn } from './signIn'
import { ui } from './ui'
import { users } from './users'

/** Every text of the console in German. */
export const de: Catalogue = { ...account, ...app, ...problems, ...signIn, ...ui, ...users }
