/** The language the console is written in; numbers and dates follow it. */
export const LOCALE = 'en-GB'
