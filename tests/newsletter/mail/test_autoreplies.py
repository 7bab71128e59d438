"""newsletter/mail/autoreplies.py: who is away, and who has left for good."""

import pytest

from newsletter.mail.autoreplies import cut_quoted, is_auto_reply, says_has_left

LEFT = [
    "Hej! Jag har slutat på Norrhamns kommun. Kontakta i stället Eva Lind.",
    "Jag slutade min tjänst den 31 augusti. Ny kontaktperson är Eva Lind.",
    "Åsa arbetar inte längre hos oss.",
    "Jag har gått i pension. Mejla registratorn.",
    "Den här e-postadressen används inte längre.",
    "Hej, jag har bytt arbetsplats.",
    "I have left the company. Please contact Eva.",
    "Asa Berg no longer works at the City of Norrhamn.",
    "I am now retired. My last day was 30 June.",
    "Thank you for your e-mail. This mailbox is no longer in use.",
    "I've moved on; your new contact person is Eva Lind.",
    "Ich bin nicht mehr für die Stadt tätig. Ihr neuer Ansprechpartner ist Eva.",
    "Frau Berg ist aus dem Unternehmen ausgeschieden.",
    "En ole enää kaupungin palveluksessa.",
    "Olen jäänyt eläkkeelle.",
    "Jeg har sluttet i kommunen. Kontakt postmottak.",
    "Jeg er fratrådt min stilling.",
    "Jeg arbejder ikke længere i kommunen.",
    "Åsa Berg är ej längre anställd hos oss.",
    "Jag arbetar inte kvar på kommunen. Kontakta växeln.",
    "Jag arbetar sedan den 1 april på Länsstyrelsen.",
    "Min anställning upphörde den 30 juni.",
    "Jag är numera pensionär.",
    "Den här brevlådan bevakas inte längre.",
    "Thank you for your e-mail. I retired on 31 May.",
    "I have moved to a new job. Please update your records.",
    "My employment with the council ended on 30 June.",
    "Ich arbeite nicht mehr bei der Stadt Kiel.",
    "Frau Berg hat unser Haus zum 31.12. verlassen.",
    "Diese E-Mail-Adresse ist nicht mehr aktiv.",
    "Olen siirtynyt toisen työnantajan palvelukseen.",
    "Je ne travaille plus à la mairie de Nantes.",
    "Mme Berg a quitté la métropole.",
    "Ik ben niet langer werkzaam bij de gemeente.",
    "Ya no trabajo en el Ayuntamiento de Valencia.",
    "Your new contact person is Tom, as I have changed jobs.",
]
AWAY = [
    "Jag har semester och är åter den 12 augusti.",
    "Jag är föräldraledig t.o.m. mars. Ny kontaktperson under tiden är Eva.",
    "Jag är på konferens och svarar när jag är tillbaka.",
    "Jag har slutat för dagen och är åter i tjänst på måndag.",
    "I have left the office for the day, back on Monday.",
    "I am on annual leave until 3 August.",
    "I will return on 12 August. Your contact person is Eva.",
    "Ich bin bis zum 12.8. im Urlaub.",
    "Ich bin ab Montag wieder im Büro.",
    "Olen lomalla, palaan maanantaina.",
    "Jeg er på ferie og er tilbake mandag.",
    "Tack för ditt mejl! Vi svarar inom två dagar.",
    "Tack för ditt mejl. Vi har slutat med telefontid på fredagar.",
    "Jag är föräldraledig till augusti. Min ersättare är Per Lind.",
    "Jag arbetar inte på fredagar.",
    "I am away from my desk. I no longer work on Fridays.",
    "I have left for the summer.",
    "Freitags arbeite ich nicht.",
    "En ole paikalla tänään.",
    "Jeg har foreldrepermisjon til 1. september.",
    "Je suis en congé maternité. Votre contact est Eva Lind.",
    "Ik werk niet op vrijdag.",
    "Estoy de baja por maternidad.",
    "Thank you for contacting us. Your case number is 4711.",
    "",
]


@pytest.mark.parametrize("text", LEFT)
def test_says_has_left_when_somebody_has(text):
    assert says_has_left("Automatiskt svar: Rapport", text)


@pytest.mark.parametrize("text", AWAY)
def test_says_has_left_not_when_somebody_is_away(text):
    assert not says_has_left("Automatiskt svar: Rapport", text)


@pytest.mark.parametrize("subject", ["Out of Office: Rapport", "Autosvar: Semester"])
def test_says_has_left_whatever_a_machine_puts_before_our_subject(subject):
    assert says_has_left(subject, "I have left the company.")


def test_says_has_left_not_by_the_subject_of_our_own_letter():
    assert not says_has_left("Automatiskt svar: Eva har slutat", "Jag svarar snart.")


def test_says_has_left_not_by_the_letter_it_quotes():
    text = "Jag svarar snart.\n\n> Vår kollega har slutat på kommunen.\n"

    assert not says_has_left("Autosvar", text)


@pytest.mark.parametrize(
    "quote",
    [
        "-----Ursprungligt meddelande-----",
        "-----Original Message-----",
        "Från: natverket@example.org",
        "________________________________",
    ],
)
def test_cut_quoted_ends_where_the_answered_letter_begins(quote):
    assert cut_quoted(f"Svar\n{quote}\nBrev") == "Svar\n"


@pytest.mark.parametrize(
    "headers",
    [
        {"auto-submitted": "auto-replied"},
        {"auto-submitted": "auto-generated; owner-email=x"},
        {"x-autoreply": "yes"},
        {"precedence": "auto_reply"},
        {"x-apple-action": "VACATION"},
        {"subject": "Automatiskt svar: Rapport"},
        {"subject": "SV: Frånvaro"},
        {"subject": "Out of Office: Rapport"},
        {"subject": "Automatische Antwort: Bericht"},
        {"subject": "Abwesenheitsnotiz"},
        {"subject": "Automaattinen vastaus: Raportti"},
        {"subject": "Automatisk svar: Rapport"},
        {"subject": "Fraværende"},
        {"subject": "Réponse automatique : Rapport"},
        {"subject": "Re: Rapport (Automatic Response)"},
        {"subject": "Sv: Rapport - frånvarande"},
        {"subject": "Afwezig: Rapport"},
        {"x-autoreply-from": "asa@example.org"},
    ],
)
def test_is_auto_reply_by_header_or_subject(headers):
    assert is_auto_reply(headers)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"auto-submitted": "no"},
        {"x-autoreply": "no"},
        {"precedence": "bulk"},
        {"subject": "SV: Rapport från träningsveckan"},
        {"subject": "Frågor om automatiska svar"},
        {"subject": "Absolut!"},
        {"subject": "Re: Semester i Norrhamn"},
        {"subject": "Frånvaron i skolorna"},
        {"subject": "Absence of malice"},
        {"subject": "Ferienprogramm"},
    ],
)
def test_is_auto_reply_not_what_people_write(headers):
    assert not is_auto_reply(headers)
