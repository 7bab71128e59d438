"""How people write that they have left for good, and how that they come back. Pure.

By language, in the order in which our readers are likely to write. Tried on lower case,
one line, straight apostrophes. The words of one language do no harm in another's mail.
"""

import re

# "Have left" needs an end that is no evening's or summer's: see ``COMING_BACK``.
LEFT_BY_LANGUAGE = {
    "sv": (
        r"(?<!vi )(?:har|jag) slutat(?! med| för (?:i ?)?dag)"
        r"|slutade (?:jag |min|den|på|i\b|hos)|slutat (?:min|sin|på|i|hos)",
        r"(?:arbetar|jobbar)(?: \w+){0,2} (?:inte|ej) (?:kvar|längre)",
        r"är (?:inte|ej) (?:längre (?:på|hos|i|inom|för|med|aktiv)|kvar (?:på|hos|i))",
        r"(?:inte|ej) längre (?:anställd|kvar|verksam)",
        r"(?:gått|gick) i pension|pensionär|pensionerad",
        r"har lämnat (?:min|sin|kommunen|tjänsten|regionen|myndigheten|organisationen"
        r"|uppdraget|företaget|verksamheten)",
        r"(?:avslutat|avslutade) (?:min|sin) (?:tjänst|anställning)",
        r"anställning(?: \w+){0,3} (?:har )?(?:upphört|upphörde|avslutades|är avslutad)",
        r"har bytt (?:jobb|tjänst|arbetsplats|arbetsgivare)|gått vidare till (?:ny|ann)",
        r"(?:fått|har|har en|börjat en?|börjat ett) nytt? (?:tjänst|jobb|arbete) (?:på|hos|vid"
        r"|i|som)|arbetar (?:numera|sedan(?: \w+){1,4}) (?:på|hos|vid)(?! (?:hel|halv|del))",
        r"ny kontaktperson|efterträdare|har ersatts av",
        r"(?:adress\w*|brevlåd\w*|konto\w*|inkorg\w*)(?: \w+)? (?:är inte längre|är ej längre"
        r"|(?:används|bevakas|läses) (?:inte|ej) längre|har upphört|är avslutad|är nedlagd)",
        r"min sista (?:arbets)?dag var",
    ),
    "en": (
        r"no longer (?:work(?:s|ing)?(?! (?:on )?(?:mon|tue|wed|thu|fri|sat|sun|week))|with"
        r"|at|employ|an employee|a member of staff|in (?:this|that|my) (?:role|position"
        r"|post))",
        r"(?:has|have) (?:now |recently )?left (?:the (?!office)\w+|our|my|his|her|their"
        r"|\w+ (?:council|city|agency|university|ltd|ab))",
        r"left the (?:company|organi[sz]ation|municipality|city|agency|university|council"
        r"|authority|institute)",
        r"(?:has|have) (?:now )?(?:been )?(?:replaced by|moved on|changed jobs?|resigned)",
        r"(?:has|have|is|am|i|he|she) (?:now )?retired(?! (?:my|the|our|this))",
        r"moved (?:on )?to (?:a |an(?:other)? )?(?:new )?(?:job|role|position|employer|post)",
        r"employment(?: \w+){0,6} (?:has )?(?:ended|terminated)",
        r"my last (?:working )?day was|\bmy successor\b",
        r"(?:new|your)(?: new)? (?:point of )?contact(?: person)? is",
        r"(?:account|mailbox|address|inbox) is no longer (?:in use|monitored|active|valid"
        r"|used)",
    ),
    "de": (
        r"arbeitet? (?:\w+ )?nicht mehr|nicht mehr (?:\w+ ){0,5}(?:tätig|beschäftigt"
        r"|angestellt|im dienst|im haus)",
        r"(?:habe|hat) (?:die|das|den|unser\w*)(?: \S+){1,4} verlassen|ausgeschieden",
        r"in(?: den)? ruhestand|im ruhestand|in rente|pensioniert",
        r"neuer? ansprechpartner|nachfolger(?:in)?\b",
        r"(?:adresse|postfach|konto)(?: \w+)? (?:ist|wird) nicht mehr",
    ),
    "fi": (
        r"(?:en|ei) (?:ole enää|työskentele enää)|enää töissä|eläkkee[ln]l[äe]|lopettanut",
        r"siirtynyt (?:toisi|toise|uusi|uute|muihin)|työsuhte\w+(?: \w+){0,3} päättyn",
        r"uusi yhteyshenkilö|seuraajani",
    ),
    "no, da": (
        r"har sluttet|(?:jobber|arbeider) ikke lenger|ikke lenger (?:ansatt|i)",
        r"gått av med pensjon|gået på pension|pensjonert|pensioneret",
        r"er (?:fratrådt|stoppet)|har fratrådt|arbejder ikke længere|ikke længere ansat",
        r"(?:fått|fået) nyt?t? job|har forladt|ny kontaktperson|etterfølger|efterfølger",
        r"(?:adresse\w*|postkasse\w*|konto\w*)(?: \w+){0,2} ikke (?:lenger|længere)",
    ),
    "fr": (
        r"n[e'] ?(?:travaille|fai[st]|suis|est) plus (?:à|a|au|aux|chez|dans|en|partie|pour)",
        r"(?:j'ai|a) quitté (?:la|le|l'|les|mes|ses|mon|son|notre)(?! bureau)|à la retraite",
        r"nouvel interlocuteur|nouvelle interlocutrice|successeur",
        r"adresse(?: \S+){0,3} n'est plus",
    ),
    "nl": (
        r"werk(?:t|zaam)? niet (?:meer|langer)|niet (?:meer|langer) (?:werkzaam|in dienst"
        r"|actief|in gebruik)|met pensioen|uit dienst|opvolger",
    ),
    "es": (
        r"ya no (?:trabaj|form|est[áa] (?:activ|en (?:uso|servicio))|se utiliza)"
        r"|dejado de trabajar|\bjubilad[oa]\b|nuev[oa] (?:persona de )?contacto",
    ),
}
LEFT = re.compile("|".join(p for forms in LEFT_BY_LANGUAGE.values() for p in forms))
# Whoever names a way back, or a reason to be away for a time, has not left.
COMING_BACK = re.compile(
    # Swedish
    r"\b(?:åter (?:i tjänst|på|den|igen|mån|tis|ons|tor|fre)|är åter|tillbaka|återkommer"
    r"|t\. ?o\. ?m|tom (?:den |\d)|till och med|fram till|semester|tjänstledig|föräldraledig"
    r"|föräldraledighet|sjukskriven|sommarledig|vab\b|"
    # English
    r"back (?:on|in|at|from|to|the)|be back|return(?:ing)? (?:on|to|in|from)|i (?:will )?"
    r"return|until|vacation|holiday|(?:parental|maternity|paternity|sick|annual|study)"
    r" leave|on leave|out of (?:the )?office|"
    # German
    r"wieder (?:im|ab|da|zurück|erreichbar)|zurück|urlaub|elternzeit|bis (?:zum|einschl)|"
    # Finnish
    r"palaan|takaisin|lomalla|asti|saakka|vapaalla|"
    # Norwegian and Danish
    r"tilbake|tilbage|ferie|permisjon|orlov|barsel|frem til|indtil|"
    # French, Dutch, Spanish
    r"de retour|congé|jusqu|vacances|vakantie|verlof|weer (?:terug|bereikbaar)|vacaciones"
    r"|hasta|volver[ée]|regres|de baja)",
)
