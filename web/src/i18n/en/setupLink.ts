export const setupLink = {
  'setupLink.checking': 'Checking the one-time link.',
  'setupLink.unchecked': 'The link could not be checked',
  'setupLink.unchecked.text':
    'The one-time link has not been used. You can try again on this page.',
  'setupLink.setup': 'Set up Hallpass',
  'setupLink.setup.text':
    'This is the account of the first administrator. Set a password to complete the installation.',
  'setupLink.invitation': 'Set your password',
  'setupLink.invitation.text': 'An account has been created for you. Set a password to sign in.',
  'setupLink.reset': 'Set a new password',
  'setupLink.reset.text':
    'The new password replaces the current one and ends all other sessions of your account.',
  'setupLink.once':
    'Setting the password also signs you in. The one-time link works once and expires on {time}.',
  'setupLink.password': 'New password',
  'setupLink.hint': 'At least {least} characters. Several words are better than one.',
  'setupLink.submit': 'Set password and sign in',
  'setupLink.signedIn': 'You are already signed in',
  'setupLink.signedIn.who': 'You are signed in to this browser as:',
  'setupLink.signedIn.link': 'The one-time link belongs to another account:',
  'setupLink.signedIn.text':
    'If you continue and set a password, this browser is signed in to that account instead, in all tabs.',
  'setupLink.signedIn.goOn': 'Continue with the link',
  'setupLink.signedIn.stay': 'Stay signed in',
  'setupLink.signedIn.other':
    'The link has not been used. If it is meant for someone else, forward it.',
  'setupLink.dead': 'This link is no longer valid',
  'setupLink.dead.text':
    'The one-time link was already used, has expired, was revoked, or was replaced by a newer one.',
  'setupLink.dead.ask': 'Ask an administrator for a new link.',
  'setupLink.incomplete': 'This link is incomplete',
  'setupLink.incomplete.text':
    'Part of the one-time link is missing or was changed. The link has not been used.',
  'setupLink.incomplete.ask':
    'Copy the entire link from your message, from https:// to the last character, and paste it here. If that does not work, ask an administrator for a new link.',
  'setupLink.again': 'Open your link again',
  'setupLink.again.text':
    'For your security, this page does not store the one-time link. It is lost when the page is reloaded.',
  'setupLink.again.ask': 'Open the link from your message again, or paste it here.',
  'setupLink.paste': 'One-time link',
  'setupLink.paste.hint': 'You can also paste the entire message.',
  'setupLink.paste.open': 'Open the link',
  'setupLink.paste.incomplete':
    'This text contains no complete one-time link. Copy it from https:// to the last character.',
  'setupLink.havePassword': 'Already have a password?',
} as const
