"""Communes of the demonstration's départements and of the province of Namur, right to a kilometre or two."""

from demo.phrase import Spot

_VILLAGE = (
    "dans le bourg",
    "près de la mairie",
    "pas loin de l’église",
    "à côté de l’école",
    "un peu à l’écart du bourg",
)
_TOWN = (
    "en centre-ville",
    "pas loin du marché",
    "à deux pas des halles",
    "près de l’hôpital",
    "à la sortie de la ville",
)
_BELGIAN = (
    "dans le centre",
    "près de la maison communale",
    "pas loin de l’église",
    "à côté de l’école",
    "sur les hauteurs",
)


def _village(name: str, lat: float, lng: float, postal_code: str, of: str = "") -> Spot:
    return Spot(name, lat, lng, f"{postal_code} {name}", _VILLAGE, of=of)


def _town(name: str, lat: float, lng: float, postal_code: str) -> Spot:
    return Spot(name, lat, lng, f"{postal_code} {name}", _TOWN)


def _belgian(name: str, lat: float, lng: float, postal_code: str, of: str = "") -> Spot:
    return Spot(name, lat, lng, f"{postal_code} {name}", _BELGIAN, of=of)


DEUX_SEVRES = (
    _town("Niort", 46.3237, -0.4588, "79000"),
    _town("Bressuire", 46.8400, -0.4930, "79300"),
    _town("Parthenay", 46.6486, -0.2469, "79200"),
    _town("Thouars", 46.9760, -0.2140, "79100"),
    _village("Melle", 46.2226, -0.1430, "79500"),
    _town("Saint-Maixent-l’École", 46.4110, -0.2070, "79400"),
    _village("La Crèche", 46.3600, -0.3000, "79260"),
    _village("Mauléon", 46.9230, -0.7490, "79700"),
    _village("Chauray", 46.3590, -0.3800, "79180"),
    _village("Celles-sur-Belle", 46.2610, -0.2090, "79370"),
    _village("Cerizay", 46.8210, -0.6650, "79140"),
    _village("Nueil-les-Aubiers", 46.9390, -0.5890, "79250"),
    _village("Moncoutant-sur-Sèvre", 46.7230, -0.5880, "79320"),
    _village("Secondigny", 46.6100, -0.4170, "79130"),
    _village("Coulonges-sur-l’Autize", 46.4840, -0.5960, "79160"),
    _village("Mauzé-sur-le-Mignon", 46.1960, -0.6700, "79210"),
    _village("Champdeniers", 46.4830, -0.4040, "79220"),
    _village("Airvault", 46.8260, -0.1370, "79600"),
    _village("Argenton-les-Vallées", 46.9880, -0.4530, "79150"),
    _village("Chef-Boutonne", 46.1080, -0.0700, "79110"),
    _village("Brioux-sur-Boutonne", 46.1400, -0.2210, "79170"),
    _village("Lezay", 46.2650, -0.0110, "79120"),
    _village("La Mothe-Saint-Héray", 46.3600, -0.1170, "79800"),
    _village("Ménigoute", 46.4980, -0.0580, "79340"),
    _village("Échiré", 46.3900, -0.4140, "79410"),
    _village("Aiffres", 46.2870, -0.4130, "79230"),
    _village("Coulon", 46.3230, -0.5850, "79510"),
    _village("Frontenay-Rohan-Rohan", 46.2530, -0.5380, "79270"),
    _village("Beauvoir-sur-Niort", 46.1780, -0.4730, "79360"),
    _village("Prahecq", 46.2580, -0.3450, "79230"),
    _village("Saint-Varent", 46.8890, -0.2330, "79330"),
    _village("Thénezay", 46.7190, -0.0280, "79390"),
    _village("Sauzé-Vaussais", 46.1350, 0.1060, "79190"),
    _village("L’Absie", 46.6320, -0.5760, "79240"),
    _village("Mazières-en-Gâtine", 46.5280, -0.3260, "79310"),
)

CALVADOS = (
    _town("Caen", 49.1829, -0.3707, "14000"),
    _village("Hérouville-Saint-Clair", 49.2030, -0.3250, "14200", of="d’Hérouville-Saint-Clair"),
    _village("Mondeville", 49.1770, -0.3200, "14120"),
    _town("Bayeux", 49.2766, -0.7030, "14400"),
    _town("Lisieux", 49.1460, 0.2260, "14100"),
    _town("Vire Normandie", 48.8390, -0.8890, "14500"),
    _town("Falaise", 48.8930, -0.1990, "14700"),
    _village("Honfleur", 49.4180, 0.2330, "14600"),
    _village("Trouville-sur-Mer", 49.3660, 0.0790, "14360"),
    _village("Ouistreham", 49.2770, -0.2590, "14150"),
    _village("Courseulles-sur-Mer", 49.3300, -0.4560, "14470"),
    _village("Isigny-sur-Mer", 49.3190, -1.1000, "14230"),
    _village("Condé-en-Normandie", 48.8500, -0.5520, "14110"),
    _village("Pont-l’Évêque", 49.2850, 0.1850, "14130"),
    _village("Dives-sur-Mer", 49.2860, -0.1000, "14160"),
    _village("Thury-Harcourt", 48.9850, -0.4740, "14220"),
    _village("Villers-Bocage", 49.0800, -0.6560, "14310"),
    _village("Port-en-Bessin", 49.3450, -0.7530, "14520"),
)

CORREZE = (
    _town("Tulle", 45.2670, 1.7710, "19000"),
    _town("Brive-la-Gaillarde", 45.1590, 1.5330, "19100"),
    _town("Ussel", 45.5480, 2.3090, "19200"),
    _village("Égletons", 45.4060, 2.0450, "19300"),
    _village("Objat", 45.2640, 1.4090, "19130"),
    _village("Malemort", 45.1710, 1.5640, "19360"),
    _village("Uzerche", 45.4240, 1.5640, "19140"),
    _village("Argentat-sur-Dordogne", 45.0940, 1.9380, "19400"),
    _village("Beaulieu-sur-Dordogne", 44.9790, 1.8390, "19120"),
    _village("Meymac", 45.5360, 2.1460, "19250"),
    _village("Bort-les-Orgues", 45.4000, 2.4960, "19110"),
    _village("Treignac", 45.5370, 1.7950, "19260"),
    _village("Allassac", 45.2580, 1.4760, "19240"),
    _village("Donzenac", 45.2270, 1.5250, "19270"),
    _village("Meyssac", 45.0560, 1.6740, "19500"),
    _village("Neuvic", 45.3830, 2.2730, "19160"),
    _village("Lubersac", 45.4450, 1.4020, "19210"),
    _village("Seilhac", 45.3670, 1.7150, "19700"),
)

NAMUR = (
    _belgian("Namur", 50.4669, 4.8675, "5000"),
    _belgian("Jambes", 50.4560, 4.8760, "5100"),
    _belgian("Salzinnes", 50.4630, 4.8450, "5000"),
    _belgian("Wépion", 50.4190, 4.8690, "5100"),
    _belgian("Dinant", 50.2610, 4.9120, "5500"),
    _belgian("Ciney", 50.2950, 5.1010, "5590"),
    _belgian("Andenne", 50.4890, 5.0950, "5300"),
    _belgian("Gembloux", 50.5610, 4.6980, "5030"),
    _belgian("Philippeville", 50.1960, 4.5440, "5600"),
    _belgian("Couvin", 50.0530, 4.4950, "5660"),
    _belgian("Walcourt", 50.2520, 4.4360, "5650"),
    _belgian("Florennes", 50.2510, 4.6050, "5620"),
    _belgian("Rochefort", 50.1640, 5.2210, "5580"),
    _belgian("Beauraing", 50.1100, 4.9560, "5570"),
    _belgian("Profondeville", 50.3760, 4.8720, "5170"),
    _belgian("Fosses-la-Ville", 50.3950, 4.6960, "5070"),
    _belgian("Auvelais", 50.4470, 4.6330, "5060"),
    _belgian("Éghezée", 50.5910, 4.9080, "5310"),
    _belgian("Assesse", 50.3670, 5.0240, "5330"),
    _belgian("Yvoir", 50.3280, 4.8800, "5530", of="d’Yvoir"),
)
