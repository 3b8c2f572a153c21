export const signIn = {
  'signIn.title': 'Sign in',
  'signIn.email': 'E-mail',
  'signIn.password': 'Password',
  'signIn.submit': 'Sign in',
  'signIn.emailMissing': 'Enter your e-mail address.',
  'signIn.passwordMissing': 'Enter your password.',
  'signIn.ended': 'Your session has ended. Sign in again to continue.',
  'signIn.toGoOn': 'Sign in to continue to the page that you opened.',
  'signIn.cookieRefused':
    'Your browser did not store the session cookie, so you are not signed in. Allow cookies for this site, open it in its own tab, and sign in again.',
  'signIn.cookieRefused.http':
    'Your browser did not store the session cookie, so you are not signed in. Safari rejects secure cookies on http addresses, including localhost. Use Chrome or Firefox, or open Hallpass at an https address.',
} as const
