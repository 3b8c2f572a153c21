/** Texts for the server's codes: `problem.<code>` and `field.<code>`. A code without a text shows the server's message. */
export const problems = {
  'problem.no_answer': 'Hallpass could not be reached. Check your connection.',
  'problem.offline': 'You are offline.',
  'problem.invalid_credentials': 'The e-mail address or password is incorrect.',
  'problem.too_many_attempts': 'Too many attempts. Wait before trying again.',
  'problem.forbidden': 'Your roles do not allow this action.',
  'problem.cross_site_request':
    'The request was blocked because your browser did not confirm that it comes from Hallpass. Open Hallpass at its https address or at http://localhost.',
  'problem.not_found': 'Not found. It may have been deleted.',
  'problem.email_taken': 'This e-mail address is already used by another account.',
  'problem.last_admin':
    'This is the last active administrator. Assign the role to another user first.',
  'problem.stale': 'Someone else has changed this in the meantime. Review the changes.',
  'problem.invalid_cursor': 'This page of the list is no longer available.',
  'problem.invalid_fields': 'Some fields are invalid.',
  'problem.invalid_query': 'The address contains invalid parameters.',
  'problem.transient': 'Hallpass is temporarily unavailable.',
  'problem.unexpected': 'An unexpected error occurred.',
  'problems.field': 'This field {message}.',
  'field.required': 'This field is required.',
  'field.too_short': 'Enter at least 12 characters.',
  'field.too_long': 'This value is too long.',
  'field.too_common':
    'This password is among the most common ones or consists of such words. Use several unrelated words.',
  'field.wrong_password': 'The current password is incorrect.',
  'field.invalid_email': 'Enter a valid e-mail address.',
  'field.reserved_email': 'Addresses that end with .invalid are reserved.',
  'field.invalid_characters': 'Line breaks and invisible characters are not allowed.',
  'field.invalid_roles': 'Choose at least one role.',
  'field.unknown_role': 'One of these roles no longer exists.',
} as const
