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
    'Your browser did not keep the session cookie, so you are not signed in. Allow cookies for this site, open it in a tab of its own, and sign in again.',
  'signIn.cookieRefused.http':
    'Your browser did not keep the session cookie, so you are not signed in. Safari refuses secure cookies on http addresses, also on localhost. Use Chrome or Firefox, or open Hallpass at an https address.',
  'welcome.checking': 'Checking the one-time link.',
  'welcome.unchecked': 'The link could not be checked',
  'welcome.unchecked.text': 'The one-time link has not been used, and this page still has it.',
  'welcome.setup': 'Set up Hallpass',
  'welcome.setup.text':
    'This is the account of the first administrator. Set a password to finish the installation.',
  'welcome.invitation': 'Set your password',
  'welcome.invitation.text': 'An account has been created for you. Set a password for it.',
  'welcome.reset': 'Set a new password',
  'welcome.reset.text':
    'The new password replaces the present one and ends all other sessions of your account.',
  'welcome.once':
    'Setting a password also signs you in. The one-time link works once, until {time}.',
  'welcome.password': 'New password',
  'welcome.hint': 'At least {least} characters. A few words are better than one.',
  'welcome.submit': 'Set password and sign in',
  'welcome.signedIn': 'You are already signed in',
  'welcome.signedIn.who': 'In this browser, you are signed in as:',
  'welcome.signedIn.link': 'The one-time link opens another account:',
  'welcome.signedIn.text':
    'If you continue and set a password, this browser is signed in to that account instead, in every tab.',
  'welcome.signedIn.goOn': 'Continue with the link',
  'welcome.signedIn.stay': 'Stay signed in',
  'welcome.signedIn.other':
    'The link has not been used yet. If it is for somebody else, pass it on.',
  'welcome.dead': 'This link no longer works',
  'welcome.dead.text':
    'The one-time link was used already, has expired, was revoked, or was replaced by a newer one.',
  'welcome.dead.ask': 'Ask an administrator for a new link.',
  'welcome.incomplete': 'This link is incomplete',
  'welcome.incomplete.text':
    'Part of the one-time link is missing or was changed on its way to you. The link itself has not been used up.',
  'welcome.incomplete.ask':
    'Copy the whole link from your message, from https:// to its last character, and paste it here. If that does not help, ask an administrator for a new link.',
  'welcome.again': 'Open your link again',
  'welcome.again.text':
    'For your safety, this page does not store the one-time link, so a reload loses it.',
  'welcome.again.ask': 'Open the link from your message again, or paste it here.',
  'welcome.paste': 'One-time link',
  'welcome.paste.hint': 'You can also paste the whole message.',
  'welcome.paste.open': 'Open the link',
  'welcome.paste.incomplete':
    'There is no complete one-time link in this text. Copy it from https:// to its last character.',
  'welcome.havePassword': 'If you already have a password:',
} as const
