"""What people write instead of a zone's name: abbreviations, offsets, cities that share a zone, countries."""

from types import MappingProxyType

_ABBREVIATIONS = (
    # North and South America
    ("EST", "America/New_York America/Toronto America/Panama"),
    ("EDT ET EST5EDT", "America/New_York America/Toronto"),
    ("CST CT", "America/Chicago America/Mexico_City Asia/Shanghai America/Havana"),
    ("CDT CST6CDT", "America/Chicago America/Winnipeg America/Havana"),
    ("MST MT", "America/Denver America/Phoenix America/Edmonton"),
    ("MDT MST7MDT", "America/Denver America/Edmonton"),
    ("PST", "America/Los_Angeles America/Vancouver Asia/Manila"),
    ("PDT PT PST8PDT", "America/Los_Angeles America/Vancouver America/Tijuana"),
    ("AKST AKDT YST9YDT YST9", "America/Anchorage"),
    ("HST HAST HST10", "Pacific/Honolulu America/Adak"),
    ("HDT HADT", "America/Adak"),
    ("AST AT", "America/Halifax America/Puerto_Rico Asia/Riyadh"),
    ("ADT AST4ADT", "America/Halifax Atlantic/Bermuda"),
    ("AST4", "America/Puerto_Rico"),
    ("EST5", "America/Panama America/Jamaica"),
    ("CST6", "America/Regina America/Costa_Rica"),
    ("MST7", "America/Phoenix"),
    ("PST8", "Pacific/Pitcairn"),
    ("NST NDT NT", "America/St_Johns"),
    ("PMST PMDT", "America/Miquelon"),
    ("WGT WGST", "America/Nuuk"),
    ("EGT EGST", "America/Scoresbysund"),
    ("BRT BRST", "America/Sao_Paulo America/Bahia"),
    ("FNT", "America/Noronha"),
    ("ART", "America/Argentina/Buenos_Aires"),
    ("CLT CLST", "America/Santiago"),
    ("COT", "America/Bogota"),
    ("PET", "America/Lima"),
    ("VET", "America/Caracas"),
    ("BOT", "America/La_Paz"),
    ("ECT", "America/Guayaquil"),
    ("UYT", "America/Montevideo"),
    ("PYT PYST", "America/Asuncion"),
    ("GYT", "America/Guyana"),
    ("SRT", "America/Paramaribo"),
    ("GFT", "America/Cayenne"),
    ("FKT FKST", "Atlantic/Stanley"),
    ("AMT AMST", "America/Manaus Asia/Yerevan Europe/Amsterdam"),
    ("ACT", "America/Rio_Branco Australia/Darwin"),
    ("EAST EASST", "Pacific/Easter"),
    ("GALT", "Pacific/Galapagos"),
    # Europe
    ("BST", "Europe/London Asia/Dhaka Pacific/Bougainville"),
    ("IST", "Asia/Kolkata Europe/Dublin Asia/Jerusalem"),
    ("WET WEST WEDT", "Europe/Lisbon Atlantic/Canary"),
    ("CET CEST CEDT MET MEST MEZ MESZ MEWT", "Europe/Berlin Europe/Paris Europe/Rome Europe/Warsaw"),
    ("EET EEST EEDT OEZ OESZ", "Europe/Athens Europe/Helsinki Europe/Kyiv Africa/Cairo"),
    ("MSK MSD", "Europe/Moscow"),
    ("FET", "Europe/Minsk"),
    ("TRT", "Europe/Istanbul"),
    ("SAMT", "Europe/Samara"),
    ("AZOT AZOST", "Atlantic/Azores"),
    # Africa and the Indian Ocean
    ("CAT", "Africa/Maputo Africa/Harare Africa/Lusaka"),
    ("EAT", "Africa/Nairobi Africa/Addis_Ababa Africa/Dar_es_Salaam"),
    ("WAT WAST", "Africa/Lagos Africa/Kinshasa Africa/Luanda"),
    ("SAST", "Africa/Johannesburg"),
    ("CVT", "Atlantic/Cape_Verde"),
    ("MUT", "Indian/Mauritius"),
    ("SCT", "Indian/Mahe"),
    ("RET", "Indian/Reunion"),
    ("MVT", "Indian/Maldives"),
    ("IOT", "Indian/Chagos"),
    ("CCT", "Indian/Cocos"),
    ("CXT", "Indian/Christmas"),
    # Asia
    ("JST", "Asia/Tokyo"),
    ("KST", "Asia/Seoul Asia/Pyongyang"),
    ("HKT", "Asia/Hong_Kong"),
    ("SGT", "Asia/Singapore"),
    ("MYT", "Asia/Kuala_Lumpur"),
    ("PHT PHST", "Asia/Manila"),
    ("ICT", "Asia/Bangkok Asia/Ho_Chi_Minh"),
    ("WIB", "Asia/Jakarta"),
    ("WITA", "Asia/Makassar"),
    ("WIT", "Asia/Jayapura"),
    ("PKT PKST", "Asia/Karachi"),
    ("NPT", "Asia/Kathmandu"),
    ("BDT BDST", "Asia/Dhaka"),
    ("BTT", "Asia/Thimphu"),
    ("MMT", "Asia/Yangon"),
    ("SLST", "Asia/Colombo"),
    ("IRST IRDT", "Asia/Tehran"),
    ("IDT", "Asia/Jerusalem"),
    ("GST", "Asia/Dubai Asia/Muscat"),
    ("AFT", "Asia/Kabul"),
    ("UZT", "Asia/Tashkent"),
    ("TMT", "Asia/Ashgabat"),
    ("TJT", "Asia/Dushanbe"),
    ("KGT", "Asia/Bishkek"),
    ("ALMT QYZT AQTT ORAT", "Asia/Almaty"),
    ("GET", "Asia/Tbilisi"),
    ("AZT AZST", "Asia/Baku"),
    ("YEKT YEKST", "Asia/Yekaterinburg"),
    ("OMST OMSST", "Asia/Omsk"),
    ("NOVT NOVST", "Asia/Novosibirsk"),
    ("KRAT KRAST", "Asia/Krasnoyarsk"),
    ("IRKT IRKST", "Asia/Irkutsk"),
    ("YAKT YAKST", "Asia/Yakutsk"),
    ("VLAT VLAST", "Asia/Vladivostok"),
    ("MAGT MAGST", "Asia/Magadan"),
    ("SAKT SAKST", "Asia/Sakhalin"),
    ("SRET", "Asia/Srednekolymsk"),
    ("PETT PETST", "Asia/Kamchatka"),
    ("ANAT ANAST", "Asia/Anadyr"),
    ("ULAT ULAST", "Asia/Ulaanbaatar"),
    ("HOVT HOVST", "Asia/Hovd"),
    ("TLT", "Asia/Dili"),
    ("BNT", "Asia/Brunei"),
    # Australia and the Pacific
    ("AEST AET", "Australia/Sydney Australia/Melbourne Australia/Brisbane"),
    ("AEDT", "Australia/Sydney Australia/Melbourne Australia/Hobart"),
    ("ACST", "Australia/Adelaide Australia/Darwin"),
    ("ACDT", "Australia/Adelaide"),
    ("AWST AWDT", "Australia/Perth"),
    ("ACWST CWST", "Australia/Eucla"),
    ("LHST LHDT", "Australia/Lord_Howe"),
    ("NZST NZDT NZT", "Pacific/Auckland"),
    ("CHAST CHADT", "Pacific/Chatham"),
    ("NFT NFDT", "Pacific/Norfolk"),
    ("SST", "Pacific/Pago_Pago Asia/Singapore"),
    ("CHST CHSTT", "Pacific/Guam Pacific/Saipan"),
    ("FJT FJST", "Pacific/Fiji"),
    ("TOT TOST", "Pacific/Tongatapu"),
    ("WST", "Pacific/Apia Australia/Perth"),
    ("SBT", "Pacific/Guadalcanal"),
    ("VUT", "Pacific/Efate"),
    ("NCT", "Pacific/Noumea"),
    ("PGT", "Pacific/Port_Moresby"),
    ("TVT", "Pacific/Funafuti"),
    ("GILT", "Pacific/Tarawa"),
    ("PHOT", "Pacific/Kanton"),
    ("LINT", "Pacific/Kiritimati"),
    ("MHT", "Pacific/Majuro"),
    ("NRT", "Pacific/Nauru"),
    ("KOST", "Pacific/Kosrae"),
    ("CHUT", "Pacific/Chuuk"),
    ("PONT", "Pacific/Pohnpei"),
    ("PWT", "Pacific/Palau"),
    ("TAHT", "Pacific/Tahiti"),
    ("MART", "Pacific/Marquesas"),
    ("GAMT", "Pacific/Gambier"),
    ("CKT", "Pacific/Rarotonga"),
    ("NUT", "Pacific/Niue"),
    ("TKT", "Pacific/Fakaofo"),
    ("WFT", "Pacific/Wallis"),
    ("WAKT", "Pacific/Wake"),
)

ABBREVIATIONS: MappingProxyType[str, tuple[str, ...]] = MappingProxyType(
    {word.lower(): tuple(places.split()) for words, places in _ABBREVIATIONS for word in words.split()}
)
"""Abbreviation to the zones that it may mean, the most likely first. They are offered, never taken: `EST` has no summer
in the system's data, `CST` is three continents, and `CET` was a zone of its own."""

_WRITTEN_OUT = MappingProxyType(
    {
        "eastern": "ET", "useastern": "ET", "central": "CT", "uscentral": "CT", "mountain": "MT", "usmountain": "MT",
        "pacific": "PT", "uspacific": "PT", "atlantic": "AT", "alaska": "AKST", "alaskan": "AKST", "hawaii": "HST",
        "hawaiian": "HST", "newfoundland": "NST", "britishsummer": "BST", "british": "BST",
        "irish": "IST", "westerneuropean": "WET", "westerneurope": "WET", "weurope": "CET",
        "centraleuropean": "CET", "centraleurope": "CET", "romance": "CET", "easterneuropean": "EET",
        "eeurope": "EET", "fle": "EET", "gtb": "EET", "russian": "MSK",
        "indian": "IST", "korean": "KST",
        "arabian": "GST", "gulf": "GST", "arab": "AST", "eastafrica": "EAT",
        "eastafrican": "EAT", "centralafrica": "CAT", "westafrica": "WAT", "southafrica": "SAST",
        "australianeastern": "AEST", "auseastern": "AEST", "eaustralia": "AEST", "australiancentral": "ACST",
        "auscentral": "ACST", "australianwestern": "AWST", "waustralia": "AWST",
    }
)  # fmt: skip

_TIMES = ("", "time", "standardtime", "daylighttime", "daylight", "standard", "summertime")

WRITTEN_OUT: MappingProxyType[str, tuple[str, ...]] = MappingProxyType(
    {
        f"{words}{time}": ABBREVIATIONS[short.lower()]
        for words, short in _WRITTEN_OUT.items()
        for time in _TIMES
        if time or words in ("eastern", "central", "mountain", "pacific", "atlantic", "useastern", "uscentral",
                             "usmountain", "uspacific")
    }
)  # fmt: skip
"""Key of an abbreviation in words to the zones that it may mean: `Eastern Time`, `Central European Time`."""

AT_OFFSET: MappingProxyType[int, tuple[str, ...]] = MappingProxyType(
    {
        -720: (),
        -660: ("Pacific/Pago_Pago",),
        -600: ("Pacific/Honolulu", "America/Adak", "Pacific/Tahiti"),
        -570: ("Pacific/Marquesas",),
        -540: ("America/Anchorage", "Pacific/Gambier"),
        -480: ("America/Los_Angeles", "America/Vancouver", "America/Anchorage"),
        -420: ("America/Denver", "America/Phoenix", "America/Los_Angeles"),
        -360: ("America/Chicago", "America/Mexico_City", "America/Denver"),
        -300: ("America/New_York", "America/Toronto", "America/Bogota", "America/Chicago"),
        -240: ("America/Halifax", "America/La_Paz", "America/New_York", "America/Santiago"),
        -210: ("America/St_Johns",),
        -180: ("America/Sao_Paulo", "America/Argentina/Buenos_Aires", "America/Halifax"),
        -150: ("America/St_Johns",),
        -120: ("America/Noronha", "Atlantic/South_Georgia", "America/Nuuk"),
        -60: ("Atlantic/Azores", "Atlantic/Cape_Verde"),
        0: ("Europe/London", "Europe/Lisbon", "Atlantic/Reykjavik", "Africa/Accra"),
        60: ("Europe/Berlin", "Europe/Paris", "Europe/London", "Africa/Lagos"),
        120: ("Europe/Berlin", "Europe/Helsinki", "Europe/Athens", "Africa/Johannesburg"),
        180: ("Europe/Moscow", "Europe/Istanbul", "Europe/Helsinki", "Africa/Nairobi"),
        210: ("Asia/Tehran",),
        240: ("Asia/Dubai", "Asia/Tbilisi", "Europe/Samara"),
        270: ("Asia/Kabul",),
        300: ("Asia/Karachi", "Asia/Tashkent", "Asia/Yekaterinburg"),
        330: ("Asia/Kolkata", "Asia/Colombo"),
        345: ("Asia/Kathmandu",),
        360: ("Asia/Dhaka", "Asia/Omsk"),
        390: ("Asia/Yangon",),
        420: ("Asia/Bangkok", "Asia/Jakarta", "Asia/Ho_Chi_Minh", "Asia/Novosibirsk"),
        480: ("Asia/Shanghai", "Asia/Singapore", "Asia/Hong_Kong", "Australia/Perth"),
        525: ("Australia/Eucla",),
        540: ("Asia/Tokyo", "Asia/Seoul"),
        570: ("Australia/Adelaide", "Australia/Darwin"),
        600: ("Australia/Sydney", "Australia/Brisbane", "Asia/Vladivostok"),
        630: ("Australia/Adelaide", "Australia/Lord_Howe"),
        660: ("Australia/Sydney", "Pacific/Noumea", "Asia/Magadan"),
        720: ("Pacific/Auckland", "Pacific/Fiji", "Asia/Kamchatka"),
        765: ("Pacific/Chatham",),
        780: ("Pacific/Auckland", "Pacific/Tongatapu", "Pacific/Apia"),
        825: ("Pacific/Chatham",),
        840: ("Pacific/Kiritimati",),
    }
)
"""Minutes ahead of UTC to zones that are so far ahead for a part of the year, or for all of it."""

_CITIES = (
    ("America/Los_Angeles", "San Francisco, SF, LA, Seattle, San Diego, Palo Alto, Mountain View, Cupertino, Redmond,"
     " Bellevue, Issaquah, Las Vegas, Portland, Sacramento, Oakland, Silicon Valley, Bay Area, California, Nevada,"
     " Washington State"),
    ("America/New_York", "NYC, New York City, Boston, Washington DC, Philadelphia, Miami, Atlanta,"
     " Pittsburgh, Baltimore, Orlando, Tampa, Jacksonville, Cleveland, Buffalo, Brooklyn, Manhattan, Massachusetts,"
     " Pennsylvania, New Jersey, Connecticut, Virginia, West Virginia, Maryland, Delaware, North Carolina, Ohio,"
     " South Carolina, Maine, Vermont, New Hampshire, Rhode Island"),
    ("America/Chicago", "Dallas, Houston, Austin, San Antonio, Minneapolis, St. Louis, Saint Louis, Kansas City,"
     " Lenexa, New Orleans, Nashville, Memphis, Milwaukee, Madison, Illinois, Wisconsin, Minnesota, Iowa, Missouri,"
     " Arkansas, Louisiana, Oklahoma, Alabama, Mississippi"),
    ("America/Denver", "Salt Lake City, Albuquerque, Aspen, Boulder, Colorado Springs, Colorado, Utah, Montana,"
     " Wyoming, New Mexico"),
    ("America/Phoenix", "Tucson, Arizona"),
    ("America/Toronto", "Ottawa, Quebec, Québec City, Ontario, Waterloo"),
    ("America/Edmonton", "Calgary, Alberta"),
    ("America/Sao_Paulo", "Rio de Janeiro, Rio, Brasília, Belo Horizonte, Curitiba, Porto Alegre, Búzios"),
    ("America/Mexico_City", "Guadalajara, Puebla"),
    ("America/Bogota", "Medellín, Cali"),
    ("America/Panama", "Panama City"),
    ("America/Guayaquil", "Quito"),
    ("Pacific/Honolulu", "Hawaii, Kona, Hilo"),
    ("America/Anchorage", "Alaska, Fairbanks"),
    ("Europe/Berlin", "München, Munich, Hamburg, Frankfurt, Köln, Cologne, Stuttgart, Düsseldorf, Leipzig, Dresden,"
     " Nürnberg, Nuremberg, Hannover, Karlsruhe, Aachen, Bremen, Bonn"),
    ("Europe/Vienna", "Wien, Graz, Salzburg, Linz, Hagenberg, Innsbruck"),
    ("Europe/Zurich", "Geneva, Genf, Genève, Basel, Bern, Lausanne, Rapperswil"),
    ("Europe/Rome", "Roma, Rom, Milan, Milano, Mailand, Turin, Torino, Naples, Napoli, Florence, Firenze, Bologna,"
     " Venice, Venezia"),
    ("Europe/Madrid", "Barcelona, Valencia, Seville, Sevilla, Bilbao"),
    ("Europe/Paris", "Lyon, Marseille, Toulouse, Nice, Grenoble, Strasbourg, Bordeaux, Lille"),
    ("Europe/London", "Edinburgh, Glasgow, Manchester, Cardiff, Liverpool, Bristol, Oxford, Leeds, Croydon"),
    ("Europe/Dublin", "Cork, Galway"),
    ("Europe/Amsterdam", "Rotterdam, The Hague, Den Haag, Utrecht, Eindhoven"),
    ("Europe/Brussels", "Bruxelles, Brussel, Brüssel, Antwerp, Antwerpen, Ghent"),
    ("Europe/Lisbon", "Lisboa, Lissabon, Porto"),
    ("Europe/Warsaw", "Warszawa, Warschau, Kraków, Cracow, Wrocław, Gdańsk, Poznań, Łódź"),
    ("Europe/Prague", "Praha, Prag, Brno"),
    ("Europe/Stockholm", "Göteborg, Gothenburg, Malmö, Linköping, Uppsala"),
    ("Europe/Copenhagen", "København, Kopenhagen, Aarhus, Århus"),
    ("Europe/Oslo", "Bergen, Trondheim"),
    ("Europe/Helsinki", "Tampere, Espoo, Turku, Oulu"),
    ("Europe/Moscow", "Moskva, Moskau, Saint Petersburg, St. Petersburg"),
    ("Europe/Bucharest", "București, Bukarest, Cluj, Cluj-Napoca, Iași, Timișoara"),
    ("Europe/Belgrade", "Beograd, Novi Sad"),
    ("Europe/Athens", "Athina, Athen, Thessaloniki"),
    ("Europe/Sofia", "Varna, Plovdiv, Burgas"),
    ("Europe/Kyiv", "Kharkiv, Lviv, Odesa, Odessa, Dnipro"),
    ("Europe/Istanbul", "Ankara, Izmir"),
    ("Asia/Shanghai", "Beijing, Peking, Shenzhen, Guangzhou, Hangzhou, Wuhan, Chengdu, Nanjing, Tianjin, Xi'an, China"),
    ("Asia/Kolkata", "Mumbai, Bombay, Delhi, New Delhi, Bangalore, Bengaluru, Chennai, Madras, Pune"),
    ("Asia/Tokyo", "Osaka, Kyoto, Yokohama, Nagoya, Sapporo, Fukuoka"),
    ("Asia/Seoul", "Busan, Incheon"),
    ("Asia/Ho_Chi_Minh", "Hanoi, Ho Chi Minh City"),
    ("Asia/Jerusalem", "Haifa"),
    ("Asia/Riyadh", "Jeddah, Mecca"),
    ("Asia/Dubai", "Abu Dhabi"),
    ("Asia/Qatar", "Doha"),
    ("Asia/Karachi", "Islamabad, Lahore"),
    ("Asia/Almaty", "Astana"),
    ("Asia/Jakarta", "Bandung, Surabaya"),
    ("Asia/Manila", "Cebu, Quezon City"),
    ("Africa/Johannesburg", "Cape Town, Durban, Pretoria"),
    ("Africa/Lagos", "Abuja"),
    ("Africa/Cairo", "Giza, Kairo"),
    ("Africa/Casablanca", "Rabat, Marrakesh"),
    ("Pacific/Auckland", "Wellington, Christchurch"),
    ("Australia/Brisbane", "Gold Coast"),
)  # fmt: skip

CITIES: MappingProxyType[str, str] = MappingProxyType(
    {city.strip(): place for place, cities in _CITIES for city in cities.split(",")}
)
"""Large cities, and those where the committee met, that share another city's zone."""

SEVERAL_PLACES: MappingProxyType[str, tuple[str, ...]] = MappingProxyType(
    {
        "Georgia": ("Asia/Tbilisi", "America/New_York"),
        "Samoa": ("Pacific/Apia", "Pacific/Pago_Pago"),
        "Victoria": ("Australia/Melbourne", "America/Vancouver", "Indian/Mahe"),
        "Cambridge": ("Europe/London", "America/New_York"),
        "Birmingham": ("Europe/London", "America/Chicago"),
        "San Jose": ("America/Los_Angeles", "America/Costa_Rica"),
        "Hyderabad": ("Asia/Kolkata", "Asia/Karachi"),
        "Alexandria": ("Africa/Cairo", "America/New_York"),
        "Korea": ("Asia/Seoul", "Asia/Pyongyang"),
        "Washington": ("America/New_York", "America/Los_Angeles"),
        "Texas": ("America/Chicago", "America/Denver"),
        "Florida": ("America/New_York", "America/Chicago"),
        "Tennessee": ("America/Chicago", "America/New_York"),
        "Kentucky": ("America/New_York", "America/Chicago"),
        "Indiana": ("America/Indiana/Indianapolis", "America/Chicago"),
        "Michigan": ("America/Detroit", "America/Chicago"),
        "Kansas": ("America/Chicago", "America/Denver"),
        "Nebraska": ("America/Chicago", "America/Denver"),
        "North Dakota": ("America/Chicago", "America/Denver"),
        "South Dakota": ("America/Chicago", "America/Denver"),
        "Idaho": ("America/Boise", "America/Los_Angeles"),
        "Oregon": ("America/Los_Angeles", "America/Boise"),
        "British Columbia": ("America/Vancouver", "America/Edmonton"),
        "Congo": ("Africa/Kinshasa", "Africa/Lubumbashi", "Africa/Brazzaville"),
    }
)
"""Names of several places, and of regions with several clocks."""

COUNTRY_CODES: MappingProxyType[str, str] = MappingProxyType(
    {
        "UK": "GB", "United Kingdom": "GB", "Great Britain": "GB", "England": "GB", "Scotland": "GB", "Wales": "GB",
        "US": "US", "USA": "US", "United States of America": "US", "America": "US", "South Korea": "KR",
        "North Korea": "KP", "Czechia": "CZ", "Holland": "NL", "The Netherlands": "NL",
        "Deutschland": "DE", "Schweiz": "CH", "Suisse": "CH", "Österreich": "AT", "UAE": "AE", "Viet Nam": "VN",
        "Türkiye": "TR", "Ivory Coast": "CI", "Macedonia": "MK", "Italia": "IT", "España": "ES", "Polska": "PL",
        "Brasil": "BR", "Éire": "IE", "Republic of Ireland": "IE", "Russian Federation": "RU",
        "Bosnia and Herzegovina": "BA", "Bosnia": "BA", "Danmark": "DK", "Norge": "NO", "Sverige": "SE", "Suomi": "FI",
    }
)  # fmt: skip
"""Other names of countries, with their codes."""

ZONES_OF_COUNTRY: MappingProxyType[str, tuple[str, ...]] = MappingProxyType(
    {
        "US": ("America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles",
               "America/Anchorage", "Pacific/Honolulu"),
        "CA": ("America/Toronto", "America/Vancouver", "America/Edmonton", "America/Winnipeg", "America/Regina",
               "America/Halifax", "America/St_Johns"),
        "BR": ("America/Sao_Paulo", "America/Bahia", "America/Manaus", "America/Rio_Branco", "America/Noronha"),
        "MX": ("America/Mexico_City", "America/Cancun", "America/Hermosillo", "America/Tijuana"),
        "RU": ("Europe/Moscow", "Europe/Kaliningrad", "Europe/Samara", "Asia/Yekaterinburg", "Asia/Novosibirsk",
               "Asia/Irkutsk", "Asia/Vladivostok"),
        "AU": ("Australia/Sydney", "Australia/Melbourne", "Australia/Brisbane", "Australia/Adelaide",
               "Australia/Darwin", "Australia/Perth", "Australia/Hobart"),
    }
)  # fmt: skip
"""The zones to offer for large countries, the most populous first."""
