"""What each of the sixteen tenants of the demonstration holds: identity, places and quantities."""

from dataclasses import dataclass

from demo.phrase import Spot
from demo.story import DemoZone
from demo.text import consultation, countryside, debate, place, wording, zone
from demo.text.debate import Topic


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantPlan:
    """One tenant to write; quantities are numbers of contributions or of actors.

    `at_city` and `of_city` are the contracted forms of the tenant's name («au Havre», «des Deux-Sèvres»).
    `farm_share` is the part of farms among vendors, `farm_places` are the only places with room for them
    (empty: everywhere) and `region` selects products of one region. `is_rural` widens the scatter around a
    place and puts farms on lanes rather than streets. `wording` replaces French turns by local ones.
    """

    slug: str
    title: str
    collectivite: str
    institution: str
    at_city: str
    of_city: str
    lat: float
    lng: float
    places: tuple[Spot, ...]
    primary_color: str
    secondary_color: str
    mutual_aid: int
    citizens: int
    host: str = ""
    font: str = "Bricolage Grotesque"
    cover: str = "HILLS"
    listings: int = 0
    vendors: int = 0
    farm_share: float = 0.0
    farm_places: tuple[str, ...] = ()
    region: str = ""
    is_rural: bool = False
    ideas: int = 0
    petitions: int = 0
    consultation: tuple[Topic, ...] = ()
    debate: tuple[Topic, ...] = ()
    zones: tuple[DemoZone, ...] = ()
    wording: tuple[tuple[str, str], ...] = ()

    def worded(self, text: str) -> str:
        """The text in the tenant's own turns of phrase."""
        for usual, local in self.wording:
            text = text.replace(usual, local)
        return text


# fmt: off
# One tenant reads as one block: who it is, where it is, how it looks, how much it holds.
PLANS: tuple[TenantPlan, ...] = (
    TenantPlan(slug="paris", title="idee.paris", host="idee.paris", collectivite="commune-75056",
         institution="Ville de Paris", at_city="à Paris", of_city="de Paris",
         lat=48.8566, lng=2.3522, places=place.PARIS, zones=zone.PARIS,
         primary_color="#1b3f8b", secondary_color="#e4572e", font="Figtree", cover="QUAYS",
         mutual_aid=184, citizens=105, listings=40, vendors=14, farm_share=0.0, ideas=30,
         consultation=consultation.PARIS_CONSULTATION),
    TenantPlan(slug="rennes", title="La Fabrique citoyenne", host="fabriquecitoyenne.rennes.fr",
         collectivite="commune-35238", institution="Ville de Rennes", at_city="à Rennes",
         of_city="de Rennes",
         lat=48.1113, lng=-1.6800, places=place.RENNES, zones=zone.RENNES,
         primary_color="#5b2a86", secondary_color="#f2b705", font="Bricolage Grotesque", cover="ROOFS",
         mutual_aid=152, citizens=92, listings=26, vendors=9, farm_share=0.34, region="bretagne", ideas=28,
         farm_places=("Les Gayeulles", "Beauregard", "La Poterie", "Bréquigny"),
         consultation=consultation.RENNES_CONSULTATION),
    TenantPlan(slug="lehavre", title="LH solidaire", host="lhsolidaire.lehavre.fr", collectivite="commune-76351",
         institution="Ville du Havre", at_city="au Havre", of_city="du Havre",
         lat=49.4944, lng=0.1079, places=place.LE_HAVRE, zones=zone.LE_HAVRE,
         primary_color="#00567d", secondary_color="#e2001a", font="Archivo", cover="HARBOUR",
         mutual_aid=102, citizens=62, ideas=24, debate=debate.LE_HAVRE_DEBATE),
    TenantPlan(slug="orleans", title="Entraide Orléans", host="entraide.orleans-metropole.fr",
         collectivite="epci-244500468", institution="Orléans Métropole", at_city="à Orléans",
         of_city="de la métropole",
         lat=47.9027, lng=1.9086, places=place.ORLEANS, zones=zone.ORLEANS,
         primary_color="#8a1538", secondary_color="#f6a800", font="Outfit", cover="BRIDGE",
         mutual_aid=156, citizens=88, listings=44, vendors=15, farm_share=0.5, region="loire",
         farm_places=("Olivet", "Saran", "Ingré", "Chécy", "Saint-Denis-en-Val", "La Chapelle-Saint-Mesmin")),
    TenantPlan(slug="deux-sevres", title="Mon marché local", host="monmarchelocal.deux-sevres.fr",
         collectivite="departement-79", institution="Département des Deux-Sèvres",
         at_city="dans les Deux-Sèvres", of_city="des Deux-Sèvres",
         lat=46.5400, lng=-0.3700, places=countryside.DEUX_SEVRES,
         primary_color="#3c6e1f", secondary_color="#f39200", font="Fraunces", cover="MARSH", is_rural=True,
         mutual_aid=52, citizens=45, listings=250, vendors=62, farm_share=0.72, region="poitou"),
    TenantPlan(slug="namur", title="Entraide Namur", host="entraide.province.namur.be",
         collectivite="province-90000", institution="Province de Namur", at_city="dans la province de Namur",
         of_city="de la province",
         lat=50.3000, lng=4.8700, places=countryside.NAMUR,
         primary_color="#a3121f", secondary_color="#f7c600", font="Bitter", cover="CITADEL", is_rural=True,
         mutual_aid=84, citizens=52, listings=36, vendors=12, farm_share=0.6, region="namur",
         wording=wording.BELGIAN),
    TenantPlan(slug="lille", title="Lille entre voisins", collectivite="commune-59350",
         institution="Ville de Lille", at_city="à Lille", of_city="de Lille",
         lat=50.6329, lng=3.0580, places=place.LILLE, zones=zone.LILLE,
         primary_color="#b3134a", secondary_color="#2d9cdb", font="Space Grotesk", cover="GABLES",
         mutual_aid=50, citizens=45, petitions=2, debate=debate.LILLE_DEBATE),
    TenantPlan(slug="mulhouse", title="Mulhouse s’entraide", collectivite="commune-68224",
         institution="Ville de Mulhouse", at_city="à Mulhouse", of_city="de Mulhouse",
         lat=47.7486, lng=7.3391, places=place.MULHOUSE,
         primary_color="#9c2a10", secondary_color="#1f9e8f", font="Archivo", cover="FACTORY",
         mutual_aid=52, citizens=36, ideas=16),
    TenantPlan(slug="poitiers", title="Poitiers ensemble", collectivite="commune-86194",
         institution="Ville de Poitiers", at_city="à Poitiers", of_city="de Poitiers",
         lat=46.5802, lng=0.3404, places=place.POITIERS,
         primary_color="#20604f", secondary_color="#e9a23b", font="Atkinson Hyperlegible", cover="HILLS",
         mutual_aid=52, citizens=36, ideas=16),
    TenantPlan(slug="courbevoie", title="Courbevoie entraide", collectivite="commune-92026",
         institution="Ville de Courbevoie", at_city="à Courbevoie", of_city="de Courbevoie",
         lat=48.8973, lng=2.2522, places=place.COURBEVOIE,
         primary_color="#0b5a8f", secondary_color="#f08a5d", font="Outfit", cover="TOWERS",
         mutual_aid=50, citizens=32, ideas=14),
    TenantPlan(slug="bourg-la-reine", title="Bourg-la-Reine solidaire", collectivite="commune-92014",
         institution="Ville de Bourg-la-Reine", at_city="à Bourg-la-Reine", of_city="de Bourg-la-Reine",
         lat=48.7797, lng=2.3153, places=place.BOURG_LA_REINE,
         primary_color="#6a3d7c", secondary_color="#7bb662", font="Lora", cover="GARDENS",
         mutual_aid=48, citizens=28, ideas=12),
    TenantPlan(slug="albi", title="Albi côte à côte", collectivite="commune-81004", institution="Ville d’Albi",
         at_city="à Albi", of_city="d’Albi",
         lat=43.9289, lng=2.1464, places=place.ALBI,
         primary_color="#a63a1e", secondary_color="#46729e", font="Fraunces", cover="RIVER",
         mutual_aid=44, citizens=32, listings=16, vendors=6, farm_share=0.5, region="tarn", ideas=8,
         farm_places=("Cantepau", "Lapanouse", "Rayssac")),
    TenantPlan(slug="villecresnes", title="Villecresnes voisins", collectivite="commune-94075",
         institution="Ville de Villecresnes", at_city="à Villecresnes", of_city="de Villecresnes",
         lat=48.7205, lng=2.5296, places=place.VILLECRESNES,
         primary_color="#2f6b3a", secondary_color="#d98e04", font="Nunito", cover="FOREST",
         mutual_aid=48, citizens=26, ideas=12),
    TenantPlan(slug="meudon", title="Meudon se mobilise", collectivite="commune-92048",
         institution="Ville de Meudon", at_city="à Meudon", of_city="de Meudon",
         lat=48.8123, lng=2.2382, places=place.MEUDON,
         primary_color="#1d5c63", secondary_color="#e07a5f", font="Figtree", cover="DOME",
         mutual_aid=60, citizens=36, petitions=2),
    TenantPlan(slug="calvados", title="Calvados solidaire", collectivite="departement-14",
         institution="Département du Calvados", at_city="dans le Calvados", of_city="du Calvados",
         lat=49.0900, lng=-0.3700, places=countryside.CALVADOS,
         primary_color="#c0182b", secondary_color="#26547c", font="Bitter", cover="CLIFFS", is_rural=True,
         mutual_aid=42, citizens=32, listings=36, vendors=12, farm_share=0.6, region="normandie"),
    TenantPlan(slug="correze", title="Corrèze entraide", collectivite="departement-19",
         institution="Département de la Corrèze", at_city="en Corrèze", of_city="de la Corrèze",
         lat=45.3500, lng=1.8700, places=countryside.CORREZE,
         primary_color="#7a4a12", secondary_color="#5a9367", font="Lora", cover="FIELDS", is_rural=True,
         mutual_aid=42, citizens=30, listings=36, vendors=12, farm_share=0.7, region="limousin"),
)
# fmt: on
