export const problems = {
  'problem.no_answer': 'Hallpass ist nicht zu erreichen. Prüfen Sie Ihre Verbindung.',
  'problem.offline': 'Sie sind offline.',
  'problem.invalid_credentials': 'Die E-Mail-Adresse oder das Passwort stimmt nicht.',
  'problem.too_many_attempts': 'Zu viele Versuche. Warten Sie ein wenig vor dem nächsten.',
  'problem.forbidden': 'Ihre Rollen erlauben das nicht.',
  'problem.cross_site_request':
    'Ihr Browser hat nicht mitgeteilt, dass diese Anfrage von Hallpass selbst kommt. Öffnen Sie Hallpass unter seiner https-Adresse oder unter http://localhost.',
  'problem.not_found': 'Das gibt es nicht oder nicht mehr.',
  'problem.email_taken': 'Diese E-Mail-Adresse gehört zu einem anderen Konto.',
  'problem.last_admin':
    'Das ist der letzte aktive Administrator. Machen Sie zuerst jemand anderen dazu.',
  'problem.stale':
    'Jemand anderes hat dies inzwischen geändert. Prüfen Sie, was sich geändert hat.',
  'problem.invalid_cursor': 'Diese Seite der Liste ist nicht mehr zu finden.',
  'problem.invalid_fields': 'Einige Felder stimmen nicht.',
  'problem.invalid_query': 'Die Adresse fragt nach etwas, das es nicht gibt.',
  'problem.transient': 'Hallpass kann gerade nicht antworten.',
  'problem.unexpected': 'Bei uns ist etwas schiefgegangen.',
  'problems.field': 'Nicht angenommen: {message}.',
  'field.required': 'Das darf nicht leer sein.',
  'field.too_short': 'Das ist zu kurz: mindestens 12 Zeichen.',
  'field.too_long': 'Das ist zu lang.',
  'field.too_common':
    'Es gehört zu den meistbenutzten Passwörtern oder besteht aus deren Wörtern. Nehmen Sie mehrere eigene Wörter.',
  'field.wrong_password': 'Das ist nicht Ihr Passwort.',
  'field.invalid_email': 'Das ist keine E-Mail-Adresse.',
  'field.reserved_email': 'Adressen, die auf .invalid enden, sind reserviert.',
  'field.invalid_characters': 'Das muss eine einzige Zeile ohne unsichtbare Zeichen sein.',
  'field.invalid_roles': 'Wählen Sie mindestens eine Rolle.',
  'field.unknown_role': 'Eine dieser Rollen gibt es nicht mehr.',
} as const
