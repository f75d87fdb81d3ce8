"""What another portal publishes to one of a test, whoever of its people asks."""


def published(here: str, there: str) -> tuple[str, ...]:
    """Statements by which the portal of one slug receives, calls what it receives by its own words, and the other
    publishes an offer to it; also after somebody changed any of that."""
    return (
        "INSERT INTO platform.territory_reader (tenant_number, slug, title, collectivite_id)"
        f" SELECT number, slug, title, collectivite_id FROM platform.tenant WHERE slug IN ('{here}', '{there}')"
        " ON CONFLICT DO NOTHING",
        "UPDATE platform.tenant SET territory_rules = jsonb_build_array(jsonb_build_object('reader',"
        f" (SELECT number FROM platform.tenant WHERE slug = '{there}'), 'kinds', '[\"OFFER\"]'::jsonb,"
        f" 'categories', '[]'::jsonb, 'within_km', NULL)) WHERE slug = '{here}'",
        "INSERT INTO platform.territory_publication (id, reader_number, tenant_number, kind, title, category_key,"
        " category_name, collectivite_id, slug, host, cell, lat, lng, position, published_at)"
        " SELECT '00000000-0000-7000-8000-000000000000', here.number, there.number, 'OFFER', 'Une offre', 'bricolage',"
        " 'Bricolage', there.collectivite_id, there.slug, '', 613132949632319487, 48.1, -1.6, point(0, 0), now()"
        f" FROM platform.tenant here, platform.tenant there WHERE here.slug = '{here}' AND there.slug = '{there}'"
        " ON CONFLICT DO NOTHING",
        "INSERT INTO platform.territory_cell_count (reader_number, tenant_number, level, cell, kind, lat, lng, count)"
        " SELECT here.number, there.number, 8, 613132949632319487, 'OFFER', 48.1, -1.6, 1"
        f" FROM platform.tenant here, platform.tenant there WHERE here.slug = '{here}' AND there.slug = '{there}'"
        " ON CONFLICT DO NOTHING",
        "UPDATE platform.tenant SET territory_words = '{\"bricolage\": \"Bricoler\"}', territory_left_out = '{}', territory_left_out_names = '{}'"
        f" WHERE slug = '{here}'",
    )
