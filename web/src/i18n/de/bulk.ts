export const bulk = {
  'bulk.title': 'Auswahl',
  'bulk.selected': { one: '{count} ausgewählt', other: '{count} ausgewählt' },
  'bulk.all': 'Alle {count} auswählen',
  'bulk.clear': 'Auswahl aufheben',
  'bulk.roles': 'Rollen …',
  'bulk.roles.title': { one: 'Rollen von {count} Benutzer', other: 'Rollen von {count} Benutzern' },
  'bulk.roles.text':
    'Jeder Benutzer behält mindestens eine Rolle. Benutzer, die ihre letzte Rolle verlieren würden, werden nicht geändert.',
  'bulk.roles.keep': 'Unverändert',
  'bulk.roles.add': 'Hinzufügen',
  'bulk.roles.remove': 'Entfernen',
  'bulk.roles.apply': 'Rollen ändern',
  'bulk.progress': '{done} von {total}',
  'bulk.stop': 'Stoppen',
  'bulk.goesOn': 'Die Änderung wird automatisch fortgesetzt.',
  'bulk.done': { one: '{count} von {total} geändert.', other: '{count} von {total} geändert.' },
  'bulk.unchanged': { one: '{count} bereits aktuell.', other: '{count} bereits aktuell.' },
  'bulk.undone': {
    one: 'Für {count} Benutzer rückgängig gemacht.',
    other: 'Für {count} Benutzer rückgängig gemacht.',
  },
  'bulk.undone.active': {
    one: 'Für {count} Benutzer rückgängig gemacht. Beendete Sitzungen werden nicht wiederhergestellt.',
    other:
      'Für {count} Benutzer rückgängig gemacht. Beendete Sitzungen werden nicht wiederhergestellt.',
  },
  'bulk.refused': {
    one: '{count} Benutzer konnte nicht geändert werden',
    other: '{count} Benutzer konnten nicht geändert werden',
  },
  'bulk.outcome.changed': 'Geändert.',
  'bulk.outcome.unchanged': 'Bereits aktuell.',
  'bulk.outcome.notFound': 'Dieser Benutzer existiert nicht mehr.',
  'bulk.outcome.forbidden': 'Ihre Rollen erlauben diese Änderung nicht.',
  'bulk.outcome.noRole': 'Der Benutzer hätte keine Rolle mehr.',
  'bulk.outcome.self': 'Übersprungen: Das ist Ihr eigenes Konto.',
} as const
