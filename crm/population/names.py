"""The words that invented people and organisations are named with. Pure.

Given names with the language they are usual in; the commoner ones stand first, since
they are drawn by rank.
"""

NAMES = {
    "sv": (
        "Anna Erik Maria Lars Karin Anders Eva Johan Kristina Per Lena Nils Sara Karl "
        "Emma Mikael Kerstin Jan Åsa Peter Malin Fredrik Ingrid Daniel Elin Gustav "
        "Birgitta Magnus Sofia Björn Marie Mats Hanna Stefan Ulla Jörgen Linnéa Håkan "
        "Fatima Ali Zahra Mohamed Amina Ahmed Leila Hassan",
        "Andersson Johansson Karlsson Nilsson Eriksson Larsson Olsson Persson Svensson "
        "Gustafsson Pettersson Jonsson Jansson Hansson Bengtsson Lindberg Lindström "
        "Lindqvist Berg Lundgren Åberg Öberg Sjöberg Holm Sandberg Ekström Nyström "
        "Åkesson Björk Söderberg Norén Hedlund Öhman Ahmed Ali Hussein Warsame",
    ),
    "fi": (
        "Maria Juhani Helena Matti Anneli Mikko Kaisa Jukka Päivi Antti Sirpa Timo "
        "Riitta Ville Tuula Jari Satu Pekka Outi Hannu",
        "Korhonen Virtanen Mäkinen Nieminen Mäkelä Hämäläinen Laine Heikkinen Koskinen "
        "Järvinen Lehtonen Lehtinen Saarinen Salminen Niemi",
    ),
    "de": (
        "Anna Peter Ursula Thomas Monika Michael Sabine Andreas Petra Jürgen Claudia "
        "Stefan Birgit Jörg Katharina Wolfgang",
        "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann "
        "Schäfer Koch Bauer Richter Klein Wolf Groß",
    ),
    "nl": (
        "Jan Maria Pieter Anna Johannes Els Henk Marijke Kees Saskia Wim Femke",
        "Jansen Bakker Visser Smit Meijer Mulder Peters Hendriks Dekker Dijkstra",
    ),
    "it": (
        "Giuseppe Maria Antonio Anna Giovanni Francesca Mario Laura Luigi Chiara Marco",
        "Rossi Russo Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco Conti",
    ),
    "pl": (
        "Anna Piotr Katarzyna Krzysztof Małgorzata Andrzej Agnieszka Tomasz Łucja Paweł",
        "Nowak Kowalska Wiśniewski Wójcik Kowalczyk Kamińska Lewandowski Zieliński Woźniak",
    ),
}

# Country, weight, whose names, and what the middle tier is called there.
COUNTRIES = (
    ("SE", 62, "sv"),
    ("FI", 9, "fi"),
    ("DE", 7, "de"),
    ("NO", 5, "sv"),
    ("DK", 4, "sv"),
    ("NL", 4, "nl"),
    ("IT", 4, "it"),
    ("PL", 3, "pl"),
    ("BE", 2, "nl"),
)

SWEDISH_REGIONS = (
    "Stockholm Västra_Götaland Skåne Östergötland Uppsala Jönköping Halland Örebro "
    "Gävleborg Dalarna Västmanland Värmland Västerbotten Södermanland Norrbotten Kalmar "
    "Kronoberg Västernorrland Blekinge Jämtland Gotland"
)
REGIONS = {"SE": tuple(r.replace("_", " ") for r in SWEDISH_REGIONS.split())}

# Put together to names of places that do not exist.
PLACE_BEGINNINGS = [
    "Björk",
    "Lind",
    "Norr",
    "Söder",
    "Väster",
    "Öster",
    "Sand",
    "Sten",
    "Å",
    "Äng",
    "Al",
    "Ek",
    "Gran",
    "Hög",
    "Kvarn",
    "Kyrk",
    "Lax",
    "Mar",
    "Näs",
    "Ö",
    "Rå",
    "Sjö",
    "Skog",
    "Strand",
    "Svart",
    "Tall",
    "Ulv",
    "Vik",
    "Vall",
    "Hav",
    "Ny",
    "Gamla",
    "Stor",
    "Lill",
]
PLACE_ENDINGS = [
    "stad",
    "köping",
    "hamn",
    "ås",
    "by",
    "dal",
    "fors",
    "berg",
    "sund",
    "torp",
    "vik",
    "åker",
    "ö",
    "näs",
    "holm",
    "bro",
    "lund",
    "sjö",
    "tuna",
    "rum",
    "hult",
    "arp",
]

# Kind of organisation, weight, and how it is called after its place.
KINDS = (
    ("municipality", 34, "%s kommun"),
    ("company", 22, "%s Konsult AB"),
    ("civil_society", 14, "Föreningen %s"),
    ("university", 7, "Högskolan i %s"),
    ("region", 5, "Region %s"),
    ("agency", 5, "Myndigheten för %s"),
    ("media", 4, "%s Tidning"),
    ("research_centre", 4, "Forskningscentrum %s"),
    ("county_board", 2, "Länsstyrelsen i %s"),
    ("borough", 2, "%s stadsdel"),
    ("eu_body", 1, "European Agency of %s"),
)
