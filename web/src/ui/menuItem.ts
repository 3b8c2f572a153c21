/** Classes of a menu item. */
export const MENU_ITEM =
  'flex min-h-8 items-center gap-2 rounded-md px-2 py-1 outline-none select-none data-disabled:opacity-55 data-highlighted:bg-hover pointer-coarse:min-h-11 [&>svg]:size-4 [&>svg]:shrink-0 [&>svg]:text-quiet'

export const MENU_PANEL =
  'rises z-20 max-h-(--reka-dropdown-menu-content-available-height) min-w-48 overflow-y-auto rounded-lg border border-line bg-surface p-1 shadow-float'

/** For the search field of an empty list, because Reka UI would still reference the previously highlighted option. */
export const NO_OPTION = { 'aria-activedescendant': undefined }
