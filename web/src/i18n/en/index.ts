import { account } from './account'
import { app } from './app'
import { audit } from './audit'
import { bulk } from './bulk'
import { exporting } from './exporting'
import { problems } from './problems'
import { roles } from './roles'
import { sessions } from './sessions'
import { setupLink } from './setupLink'
import { signIn } from './signIn'
import { status } from './status'
import { ui } from './ui'
import { user } from './user'
import { users } from './users'

/** All texts of the console in English. Each subject is one file, with the same name in every language. */
export const en = {
  ...account,
  ...app,
  ...audit,
  ...bulk,
  ...exporting,
  ...problems,
  ...roles,
  ...sessions,
  ...setupLink,
  ...signIn,
  ...status,
  ...ui,
  ...user,
  ...users,
}
