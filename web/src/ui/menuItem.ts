/** How a line of any menu looks. */
export const MENU_ITEM =
  'flex min-h-8 items-center gap-2 rounded-md px-2 py-1 outline-none select-none data-disabled:opacity-55 data-highlighted:bg-hover pointer-coarse:min-h-11 [&>svg]:size-4 [&>svg]:shrink-0 [&>svg]:text-quiet'

export const MENU_PANEL =
  'rises z-20 max-h-(--reka-dropdown-menu-content-available-height) min-w-48 overflow-y-auto rounded-lg border border-line bg-surface p-1 shadow-float'

/** For the field of a list without options: it would go on naming the one that was highlighted, which is gone. */
export const NO_OPTION = { 'aria-activedescendant': undefined }
