"""Running texts of the demonstration's portals: legal notice, accessibility statement and charter."""

LEGAL = """## Éditeur

Ce portail est édité par {institution}. C'est une démonstration : l'adresse et le numéro de téléphone sont inventés.

## Direction de la publication

La maire ou le maire dirige la publication. Les habitants répondent de ce qu'ils publient.

## Hébergement

Le portail est hébergé par la collectivité, sur ses propres serveurs, en France.

## Signaler un contenu

Écrivez à l'adresse qui figure en pied de page, et dites **quel contenu** vous gêne et **pourquoi**.
"""

ACCESSIBILITY = """{institution} s'engage à rendre ce portail accessible,
conformément à l'article 47 de la loi n° 2005-102 du 11 février 2005.

## État de conformité

Ce portail est **non conforme** avec le référentiel général d'amélioration de
l'accessibilité (RGAA) : aucun audit n'a encore été fait.

## Ce que nous vérifions

- Chaque page se parcourt au clavier seul.
- Les contrastes des couleurs sont calculés pour chaque thème, le jour comme la nuit.
- La carte a toujours une liste à côté d'elle, qui dit la même chose.

## Retour d'information et contact

Si vous ne pouvez pas accéder à un contenu, écrivez-nous : nous vous l'enverrons sous une autre forme.

## Voies de recours

Sans réponse satisfaisante, vous pouvez saisir le [Défenseur des droits](https://www.defenseurdesdroits.fr/).
"""

CHARTER = """Ici, on s'adresse à ses voisins. Voici ce que chacun accepte avant de publier.

## Ce que nous vous demandons

- Parlez de ce que vous connaissez, et dites d'où viennent vos chiffres.
- Critiquez les idées, jamais les personnes.
- Ne publiez ni adresse, ni téléphone, ni le nom de quelqu'un d'autre.
- Une annonce à la fois, et fermez-la quand elle est servie.

## Ce que nous faisons

- {institution} lit ce qui est signalé et répond sous deux jours ouvrés.
- Une décision est toujours motivée, et peut être contestée.
- Les propositions reçoivent une réponse, même quand elle est négative.

## Ce qui est refusé

La publicité, la haine, les menaces, et tout ce que la loi interdit.
"""

REVISED_CHARTER = (
    CHARTER
    + """
## Ce qui change dans cette version

Les contributions écrites avec un outil automatique le disent en une phrase.
"""
)

STREET = "1, place de la Mairie"
PHONE = "01 99 00 00 00"
"""A number of the range that is kept for fiction."""
