"""What servers say when they do not take a letter, in the words they really use. Pure.

Written against the texts of Exchange and Microsoft 365, Gmail, Yahoo, Postfix, Exim,
qmail, Sendmail, Domino, MDaemon, Proofpoint, Mimecast, Cisco and others. They are tried
on text that ``bounces.tidy_words`` made: lower case, one line, no addresses.

The order of the groups matters. A full mailbox is often given the status of an unknown
user (qmail: "user over quota. (#5.1.1)"). What blames the sender comes before what
blames the address, since "sender address rejected: domain not found" names no recipient.
"""

import re


def _any_of(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


# A full mailbox, or a server that itself says "later".
FOR_NOW = _any_of(
    r"gre[yi]-?list",
    r"too many hops|maximum hop|hop count|looping|loops? back|(?:mail|routing|forwarding)"
    r"(?:/\w+)? loop|forwarded more than",
    r"not found, try again|temporarily (?:unavailable|inactive|disabled|locked|over)",
    r"over[ -]?(?:the |their |its |disk |disc |the allowed )*quota",
    r"(?:exceed\w*|reached|out of|beyond|above)(?: \w+){0,4} (?:disk |disc )?quota",
    r"(?:exceed\w*|over|reached)(?: \w+){0,4} (?:storage|disk space|mailbox size)",
    r"quota (?:is |has been |was |limit |usage )*(?:exceed|violation|reached|full)",
    r"disk ?quota",
    r"(?:mail(?:box|folder|dir|drop|store)|inbox|account|user) (?:is |has become |was )*"
    r"(?:too )?full",
    r"full (?:mail)?box",
    r"mailbox size limit",
    r"(?:in)?sufficient(?: \w+)? (?:storage|space|disk)",
    r"not (?:have )?enough (?:storage|disk|free)? ?space",
    r"(?:box|disk|storage) space (?:not enough|limit|is full)",
    r"too (?:much|many) (?:mail|messages) (?:stored|data|on the server|in)",
    r"space has been used up|no space left",
    r"storage (?:allocation|limit|quota)",
    # The reader gets too much mail at once, or the account rests.
    r"receiv(?:e|ing) (?:limit (?:from|exceed|reach)|mail (?:too quickly|at a rate))"
    r"|recipient thread limit",
    r"(?:recipient|destinataire)(?: (?:account|mailbox|est))*? (?:(?:is ?)?blocked"
    r"|bloque\b|archiv|suspended)",
    r"(?:brevlåd|postlåd|inkorg)\w+ är full|lagringsutrymme\w* är|utrymmet är fullt",
    r"postfach(?: \w+){0,4} (?:voll|überfüllt)|speicherplatz",
    r"bo[iî]te (?:\w+ ){0,6}pleine|casilla (?:\w+ )?llena|buz[oó]n(?: \w+){0,3} lleno",
    r"casella (?:\w+ )?piena|caixa (?:\w+ )*cheia|postilaatikko on täynnä",
    r"post(?:kass|boks)\w*(?: \w+){0,3} er (?:full?d?|fyldt)|postvak(?: \w+){0,3} is vol",
)

# The letter, its sender or the road it came: the recipient's address is not at fault.
BLOCKED = _any_of(
    # Content
    r"(?<![\w.-])(?:anti-?)?spam(?:my|mer|ming|s)?(?![\w-]*\.\w)",
    r"(?<![\w.-])(?:spf|dkim|dmarc|arc|ptr|bimi)(?![\w-]*\.\w)",
    r"unsolicited|bulk (?:e-?)?mail|mass mail|junk ?mail|\bube\b|\buce\b",
    r"\bvirus(?:es)?\b|malware|phish|malicious|infected",
    r"reject(?:ing|ed)? (?:mail |message |banned )?content|bulk[. ]advert",
    r"(?:attachment|file)s?(?: type\w*)?(?: \w+){0,3} not accept|(?:multiple|duplicate)"
    r"(?: \w+){0,4} headers?\b",
    r"content (?:filter|reject|denied|not accept|policy|restriction|is not)",
    r"malformed (?:message|mail|header)|(?:message|mail|header) is malformed",
    r"\brfc[ .-]?(?:282[12]|532[12])\b|stray linefeed|bare (?:lf|line ?feed|cr)\b",
    r"(?:headers?|lines?|attachments?)(?: \w+){0,3} too (?:long|large|big|many)",
    r"(?:number|size|attachments?|headers?)\b.{0,40} exceeds? ",
    r"(?:illegal|blocked|banned|forbidden|prohibited) (?:attachment|content|file)",
    r"mail content denied|high probability of|looks? like (?:spam|junk)",
    # Too big, or of a kind that is not taken
    r"(?:message|mail|size)(?: \w+){0,4} (?:too (?:big|large|long)|exceed\w*)"
    r"(?!.{0,20}quota)",
    r"exceed\w*(?: \w+){0,5} (?:message|inbound|incoming|fixed)(?: \w+)? size",
    r"larger than the (?:current )?(?:system )?(?:limit|maximum)|message too large",
    # Reputation and lists
    r"black ?-?list|block ?-?list|deny ?-?list|reputation|(?<![\w.])(?:dns|r)bls?\b",
    r"block(?:ed|ing) (?:using|by|for|due|because|from|at|on|list)|has been blocked",
    r"\bis blocked|(?:are|been|was) blocked|envelope blocked|\bblocked -|: ?blocked\b",
    r"(?:access|connection) (?:is )?denie?n?ed|\battacks?\b|privacy settings",
    r"banned|denied by (?:policy|the)|temporarily (?:deferred|blocked|rate limited)",
    r"rate[ -]limit|user complaints|\bsuspicious(?:ly)?\b|(?:for|to|of) abuse\b",
    r"(?:mails?|messages|recipients|connections) per (?:hour|day|minute|session)",
    r"too many (?:invalid|bad|unknown|failed) ",
    r"poor reputation|low reputation|unusual rate"
    r"|(?:is|are|was|currently) listed (?:at|in|on|by)",
    # Policy and authentication
    r"polic(?:y|ies)|administrative(?:ly)? prohibit|prohibited by",
    r"authenti(?:cat|fi)|verification fail|backscatter|executable",
    r"not authori[sz]ed|unauthori[sz]ed",
    r"not permitted|(?<!name )not allowed\b|permission to (?:send|post)",
    # The way there must be encrypted.
    r"requires? (?:tls|ssl|encryption|starttls|high-strength)|(?:tls|ssl\w*|starttls)"
    r"(?: \w+){0,2} required|must (?:support|use|issue an?) (?:tls|starttls)|dane validation"
    r"|certificate",
    r"members?-only|only (?:accept|members|from)|non-?member|not subscribed",
    r"not accepting (?:mail|messages?) (?:from|with)|moderat",
    r"does not accept (?:mail|messages|e-?mail) from|refuse[sd]? (?:mail|to accept mail)"
    r" from",
    r"rejected by (?:the )?(?:recipient|user|organi[sz]ation|header)",
    r"recipient preferences|blocked by the recipient|has rejected your",
    r"(?:message|mail|envelope) (?:was |has been |is )?(?:rejected|refused|denied|filtered"
    r"|blocked)(?!.{0,40}(?:unknown|no such|invalid|not (?:found|exist)|n't exist))",
    r"undesirable|unacceptable|organi[sz]ational settings|transport rule",
    # Sender and client
    r"sender(?:'s)?(?: [\w<>@:]+){0,3} (?:rejected|denied|refused|verify|verification"
    r"|invalid|unknown|not |does not|doesn't|is not|blocked|must)",
    r"(?<!-)\bfrom:? (?:header|address|domain)|(?:a|the|missing) valid from\b",
    r"(?:invalid|bad|unknown|unroutable|unresolvable|forged|bogus) (?:sender|return"
    r"|envelope[ -]from|mail from|from address|helo|ehlo)",
    r"domain of sender|return path|reverse[ -](?:dns|path|hostname|lookup)|callback",
    r"(?:check|verify) (?:the )?sender|unverif\w+ sending|\brdns\b|mismatch\w* client",
    r"unresolvable (?:relay )?host|(?:client|sender) host|helo|ehlo|dynamic ip",
    r"your (?:ip|host|server|domain|isp)|your (?:e-?mail )?account (?:is|has|was)",
    r"cannot (?:find|resolve) your|go away|batv|null sender|empty envelope sender",
    r"connections? (?:not accepted|refused) from|open (?:proxy|relay)",
    # Relaying
    r"relay(?:ing)?(?: access| is| mail| to| \w+){0,2} (?:denied|not permitted|prohibit"
    r"|not allowed)|unable to relay|not (?:a |an )?(?:open )?relay|insecure mail relay",
    r"isn't in my (?:list|control)|allowed rcpthosts|not (?:a )?(?:gateway|local domain)",
    r"we do not relay|cannot relay|no relay|not willing to relay|\bas a relay\b",
    # Other tongues
    r"bloqu[eé]e?s (?:par|pour)|(?:mail|message) (?:rejet[eé]|refus[eé])",
    r"blockera[dt]|avvisad(?:es)? (?:på grund|av)|skräppost|säkerhetspolicy",
    r"abgelehnt wegen|als spam|unerwünscht|roskaposti|søppelpost|pourriel|indésirable",
)

# The address, or its domain, does not exist, or is for good no longer used.
UNKNOWN_ADDRESS = _any_of(
    r"(?:user|recipient|mailbox|account|address|addressee|person|addresse|alias|login"
    r"|destinata\w+|local[ -]part|userid|member|subscriber|customer|client|spectator)"
    r"(?:(?:(?!\. )\W)+\w+){0,6}?(?:(?!\. )\W)+"
    r"(?:is |was |are |were |has been |have been |does |do |did "
    r"|could |can |or )?"
    r"(?:unknown|not (?:be )?(?:found|known|recogni[sz]ed|exist\w*|listed|present|valid"
    r"|active|local|have an?(?: \w+){0,3} account)|nonexist\w*|non-exist\w*"
    r"|no longer (?:valid|exists?|here|in use|active|used|available|on server"
    r"|accepts?)|doesn't exist|isn't (?:valid|known)|n't exist|invalid|wrong"
    r"|deactivated|discontinued|terminated|closed|deleted|removed)",
    r"(?:account|mailbox|address|user)(?: \w+){0,2} (?:has |is )?expired",
    # An address is shown as "@".
    r"@\W{0,3} ?(?:is |was )?(?:unknown|no longer valid|not (?:found|known)|does(?: not|n't)"
    r" exist)",
    r"not an? (?:\w+ ){0,2}(?:user|recipient|mailbox|subscriber|customer|account)\b",
    r"(?:unknown|no such|invalid|nonexist\w+|non-exist\w+|unregistered|illegal|undefined"
    r"|not a(?: known| valid|n active)?|isn't a(?: valid)?|no valid)"
    r"(?: or \w+| and \w+|/\w+|\W\w+ )? ?"
    r"(?:local |virtual |e-?mail |destination |final delivery |mail |smtp |to )*"
    r"(?:users?|recipients?|mailbox(?:es)?|account|address(?:es|ee)?|person|alias|name"
    r"|userid|local[ -]?part|rcpt|destination|mail ?drop|spectator|e-?mail)",
    r"(?:there is |have )?no (?:mail ?box|account|user|one|recipient|person|matches)"
    r"(?: \w+){0,4} (?:here|by that|at this|with th|available|found|present|to nameserver"
    r"|name)",
    r"user(?:'s)?(?: \w+){0,2} name (?:is )?not found|user not (?:listed|found|known)",
    r"doesn't have an?(?: \S+){1,3} account|not have an?(?: \S+){1,3} account",
    r"not (?:a |an )?(?:listed|valid) (?:in|user|recipient|address|mailbox)",
    r"not listed in (?:domino|the|public)|not in (?:the )?(?:directory|name directory)",
    r"no [\w. ]{1,40} in name directory|not present in directory",
    r"mailbox (?:is )?(?:unavailable|unavaiable|not available|disabled)(?! or\b)",
    r"address rejected(?!: (?:access denied|greylist|policy|service))",
    r"(?:account|user|mailbox)(?: \w+){0,7}? (?:is |has been |was )+(?:permanently )?"
    r"(?:disabled|deactivated|discontinued|closed|deleted|cancell?ed|terminated)",
    r"disabled or discontinued|deactivated mailbox|account (?:closed|expired|deleted)",
    r"recipient ?not ?found|recipnotfound|recipientnotfound|ex500|badrcptto|badrecipient",
    r"validrcptto|bad (?:destination (?:mailbox|system)|recipient|email) ?address",
    r"(?:unknown|unrecogni[sz]ed|bad) (?:local|virtual|to|destination) ",
    r"recipient (?:is )?not (?:ok|accepted|exist)|rejected recipients?|can't accept user",
    r"did not exactly match|does not have a final email delivery point",
    r"user doesn't|missing home directory|unrouteable (?:address|mail domain)",
    r"wrong or no longer valid|no longer (?:accepts? mail|a valid|in (?:use|service))",
    r"no longer (?:with|work|employ|at) |has (?:left|moved)(?! the queue)",
    r"mailbox owner has changed|domain owner has changed",
    # The domain
    r"(?:host|domain)(?: or domain)?(?: name)? (?:was |is |does |has |could )?"
    r"(?:not (?:be )?(?:found|exist)|unknown|not known|nonexist\w+|no mail exchangers?"
    r"|no valid mail)(?!, try again| try again)",
    r"(?:unknown|no such|non-?existent) (?:host|domain)|domain must exist|nxdomain",
    r"illegal host/domain name|domain (?:is |has been )?no longer (?:in use|active|valid)",
    r"null ?mx|does ?n[o']t? (?:any )?accept mail|no ?mx ?(?:record|or|for)|dsn_no_mx",
    r"name or service not known|mail domain mentioned in email address is unknown",
    r"domain (?:does not|doesn't) (?:exist|accept)",
    # Other tongues
    r"okänd (?:mottagare|användare|adress)|mottagaren (?:finns inte|är okänd|hittades"
    r" inte)|(?:adress\w*|användaren|kontot|brevlådan|postlådan) (?:finns inte|existerar"
    r" inte|kunde inte hittas|hittades inte|är okänd|är avslutat)",
    r"adress\w*(?: \w+){1,4} (?:kunde inte hittas|hittades inte|finns inte)",
    r"hittades inte (?:på|hos|i)|finns inte längre|används inte längre",
    r"(?:benutzer|empf(?:ä|ae)nger|adresse|postfach)(?: \w+){0,4} (?:unbekannt|existiert"
    r"|nicht (?:gefunden|vorhanden|bekannt))|unbekannter?|existiert nicht",
    r"introuvable|n'existe pas|utilisateur inconnu|destinataire (?:inconnu|invalide)",
    r"non recens",
    r"no se (?:encontró|encuentra|ha encontrado)(?: \w+){0,3} (?:direcci|destinat|usuari)",
    r"no existe|usuario desconocido|destinatario (?:desconocido|inexistente)",
    r"utente (?:sconosciuto|inesistente)|nessun utente|inesistente|não existe",
    r"ukjent (?:mottaker|bruker)|ukendt (?:modtager|bruger)|finnes ikke|findes ikke"
    r"|adress?e[\w,]*(?: [\w,]+){0,5} ble?v? ikke fun",
    r"tuntematon (?:vastaanottaja|käyttäjä)|vastaanottajaa ei (?:löydy|löytynyt)",
    r"osoitetta ei löy|adres(?: [\w,]+){0,6} niet gevonden|ei ole olemassa",
    r"onbekende? (?:gebruiker|ontvanger)|bestaat niet",
    r"пользователь не найден|не существует|用户不存在|不存在|リストにありません",
)

# Nothing is wrong with letter or address: the road, the clock or the machine was.
PASSING = _any_of(
    r"time[ds]?[ -]?out|\bexpired|too long|retry|try again|tempor(?:ar|aly)|transient",
    r"service (?:is )?(?:currently |temporarily )?unavailable",
    r"(?:could not|cannot|can't|couldn't|wasn't able to|unable to)(?: \w+){0,4} (?:connect"
    r"|contact|reach|route|establish|find a gateway|resolve)",
    r"connection (?:refused|reset|lost|dropped|failed|closed|timed|was|to)",
    r"no (?:route|answer|response)|not respond|did not respond|unreachable|not reachable",
    r"name ?server|name service|dns (?:error|lookup|fail|query)|lookup fail|no ns",
    r"loop|too many hops|hop count|maximum (?:delivery attempts|hop)",
    r"(?:have|has) been failing|\blimit(?:ed|s)?\b|throttl"
    r"|frequency|not (?:been )?used for|dns records?|interrupted",
    r"essayer plus tard|försök (?:igen|senare)|später (?:erneut|noch einmal)",
    r"(?:delivery )?failed \d+ attempts|attempts? \w* ?(?:failed|exceeded)|not been "
    r"collected|given? up on|giving up",
    r"(?:internal|local|system|server|processing|configuration|resources?)(?: \w+)? error",
    r"out of (?:memory|disk)|command died|command output|misconfigur",
    r"too many (?:connections|concurrent|recipients|sessions|messages)|busy|overload",
    r"delayed|postponed|deferred|still being|not yet been|will (?:continue|be retried)",
    r"\b(?:suspended|inactive|frozen|locked|disabled|inactivity)\b|encountered an error while",
    r"not accepting (?:any )?(?:mail|messages)|receiving limit|rate that",
    r"fördröj|tillfällig|försöker igen|vorübergehend|midlertidig|tilapäi|väliaikai",
)
