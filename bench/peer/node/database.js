// What the Node peers read and write: prepared statements over a pool of 16, one for a whole level of an answer.
import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { cover, mapLevel, widened } from './area.js'

const schema = `t_${process.env.BENCH_TENANT}`
const pool = new pg.Pool({ connectionString: process.env.BENCH_DATABASE, max: 16, min: 16 })
pg.types.setTypeParser(pg.types.builtins.INT8, Number)

const CONTRIBUTION = `c.id, c.kind, c.status, c.title, c.body, c.published_at, c.expires_at, c.author_id, c.is_anonymous,
  c.activity_id, c.category_id, c.precision, c.lat, c.lng, c.address`
const OPEN = `c.status = 'OPEN' AND (c.expires_at IS NULL OR c.expires_at > now())`

const statements = {
  near: `SELECT ${CONTRIBUTION} FROM (
      SELECT hit.id FROM unnest($1::bigint[]) AS wanted(cell) CROSS JOIN LATERAL (
        SELECT c.id, c.published_at FROM ${schema}.contribution c
        WHERE c.CELL = wanted.cell AND c.kind = ANY($2::text[]) AND ${OPEN}
        AND power(sin(radians(c.lat - $3::float8) / 2), 2) + cos(radians($3::float8)) * cos(radians(c.lat))
          * power(sin(radians(c.lng - $4::float8) / 2), 2) <= $5::float8
        ORDER BY c.published_at DESC, c.id DESC LIMIT $6::int) hit
      ORDER BY hit.published_at DESC, hit.id DESC LIMIT $6::int) best
    JOIN ${schema}.contribution c ON c.id = best.id ORDER BY c.published_at DESC, c.id DESC`,
  search: `SELECT ${CONTRIBUTION} FROM ${schema}.contribution c
    WHERE c.search @@ websearch_to_tsquery('french', $1) AND c.kind = ANY($2::text[]) AND ${OPEN}
    ORDER BY c.published_at DESC, c.id DESC LIMIT $3::int`,
  contributions: `SELECT ${CONTRIBUTION} FROM ${schema}.contribution c WHERE c.id = ANY($1::uuid[])`,
  actors: `SELECT id, kind, name FROM ${schema}.actor WHERE id = ANY($1::uuid[])`,
  activities: `SELECT id, kind, title FROM ${schema}.activity WHERE id = ANY($1::uuid[])`,
  categories: `SELECT id, name FROM ${schema}.category WHERE id = ANY($1::uuid[])`,
  comments: `SELECT c.* FROM unnest($1::uuid[]) AS wanted(id) CROSS JOIN LATERAL (
      SELECT id, contribution_id, author_id, body, published_at FROM ${schema}.comment
      WHERE contribution_id = wanted.id ORDER BY published_at, id LIMIT $2::int) c`,
  commentCounts: `SELECT contribution_id AS id, count(*) AS count FROM ${schema}.comment
    WHERE contribution_id = ANY($1::uuid[]) GROUP BY contribution_id`,
  tallies: `SELECT contribution_id AS id, key, sum(count) AS count FROM (
      SELECT contribution_id, key, count FROM ${schema}.tally WHERE contribution_id = ANY($1::uuid[])
      UNION ALL SELECT contribution_id, key, delta FROM ${schema}.tally_delta WHERE contribution_id = ANY($1::uuid[])
    ) counts GROUP BY contribution_id, key`,
  hexagons: `SELECT to_hex(cell) AS cell, min(lat) AS lat, min(lng) AS lng,
      sum(offers + requests + listings + proposals + arguments) AS count, sum(offers) AS "offerCount",
      sum(requests) AS "requestCount", sum(listings) AS "listingCount", sum(proposals) AS "proposalCount"
    FROM (
      SELECT cell, lat, lng, counts[1] AS offers, counts[2] AS requests, counts[3] AS listings,
        counts[4] AS proposals, counts[5] AS arguments FROM ${schema}.space_cell_count
      WHERE level = $1 AND lat BETWEEN $2 AND $4 AND lng BETWEEN $3 AND $5
      UNION ALL SELECT cell, lat, lng, CASE kind WHEN 'OFFER' THEN delta ELSE 0 END,
        CASE kind WHEN 'REQUEST' THEN delta ELSE 0 END, CASE kind WHEN 'LISTING' THEN delta ELSE 0 END,
        CASE kind WHEN 'PROPOSAL' THEN delta ELSE 0 END, CASE kind WHEN 'ARGUMENT' THEN delta ELSE 0 END
      FROM ${schema}.cell_count_delta WHERE level = $1 AND lat BETWEEN $2 AND $4 AND lng BETWEEN $3 AND $5) counts
    GROUP BY counts.cell HAVING sum(offers + requests + listings + proposals + arguments) > 0 ORDER BY counts.cell`,
  statistics: `SELECT g.status, g.kind, g.count, g.past, k.id, k.name FROM (
      SELECT status, kind, category_id, count(*) AS count, count(*) FILTER (WHERE expires_at <= now()) AS past
      FROM ${schema}.contribution WHERE activity_id = $1 GROUP BY status, kind, category_id) g
    LEFT JOIN ${schema}.category k ON k.id = g.category_id ORDER BY k.rank, k.id`,
  vote: `WITH target AS (SELECT c.id FROM ${schema}.contribution c WHERE c.id = $1 AND ${OPEN}), new AS (
      INSERT INTO ${schema}.vote (id, contribution_id, actor_id, choice, cast_at)
      SELECT $3, target.id, $2, $5, now() FROM target ON CONFLICT DO NOTHING RETURNING id, contribution_id, choice), delta AS (
      INSERT INTO ${schema}.tally_delta (id, vote_id, contribution_id, key, delta) SELECT $4, id, contribution_id, choice, 1 FROM new)
    SELECT id FROM target`
}

async function rows (name, values, text = statements[name]) {
  return (await pool.query({ name, text, values })).rows
}

async function byId (name, ids) {
  const found = new Map((await rows(name, [ids])).map(row => [row.id, row]))
  return ids.map(id => found.get(id) ?? null)
}

export const contributions = ids => byId('contributions', ids)
export const actors = ids => byId('actors', ids)
export const activities = ids => byId('activities', ids)
export const categories = ids => byId('categories', ids)

export async function commentCounts (ids) {
  return (await byId('commentCounts', ids)).map(row => row?.count ?? 0)
}

export async function tallies (ids) {
  const found = new Map(ids.map(id => [id, { SUPPORT: 0, FOR: 0, MIXED: 0, AGAINST: 0 }]))
  for (const row of await rows('tallies', [ids])) found.get(row.id)[row.key] = row.count
  return ids.map(id => {
    const { SUPPORT, FOR, MIXED, AGAINST } = found.get(id)
    const totalCount = SUPPORT + FOR + MIXED + AGAINST
    return { totalCount, supportCount: SUPPORT, forCount: FOR, mixedCount: MIXED, againstCount: AGAINST }
  })
}

// One more than asked for, which tells whether there are more.
export async function comments (keys) {
  const limit = Math.max(...keys.map(key => key.first)) + 1
  const found = new Map(keys.map(key => [key.id, []]))
  for (const row of await rows('comments', [keys.map(key => key.id), limit])) found.get(row.contribution_id).push(row)
  return keys.map(key => page(found.get(key.id), key.first))
}

export async function near ({ lat, lng, radiusM }, kinds, first) {
  const { resolution, cells } = cover(lat, lng, radiusM)
  const half = Math.sin(radiusM / (2 * 6371008.8)) ** 2
  const text = statements.near.replace('CELL', `cell_${resolution}`)
  return page(await rows(`near${resolution}`, [cells, kinds, lat, lng, half, first + 1], text), first)
}

export async function search (words, kinds, first) {
  const plain = words.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  return page(await rows('search', [plain, kinds, first + 1]), first)
}

export function hexagons ({ south, west, north, east }, zoom) {
  const level = mapLevel(zoom, south, west, north, east)
  return rows('hexagons', [level, ...widened(level, south, west, north, east)])
}

export async function statistics (activity) {
  const counts = { OPEN: 0, CLOSED: 0, EXPIRED: 0, OFFER: 0, REQUEST: 0 }
  const categories = new Map()
  let totalCount = 0
  for (const { status, kind, count, past, id, name } of await rows('statistics', [activity])) {
    const due = status === 'OPEN' ? past : 0
    totalCount += count
    counts[status] += count - due
    counts.EXPIRED += due
    counts[kind] += count
    if (id === null) continue
    if (!categories.has(id)) categories.set(id, { category: { id, name }, count: 0 })
    categories.get(id).count += count
  }
  const { OPEN, CLOSED, EXPIRED, OFFER, REQUEST } = counts
  return {
    totalCount,
    openCount: OPEN,
    closedCount: CLOSED,
    expiredCount: EXPIRED,
    offerCount: OFFER,
    requestCount: REQUEST,
    categories: [...categories.values()]
  }
}

export async function vote (contribution, actor, choice) {
  const found = await rows('vote', [contribution, actor, randomUUID(), randomUUID(), choice])
  if (found.length === 0) return { contribution: null, userErrors: [{ code: 'CONTRIBUTION_NOT_OPEN' }] }
  return { contribution: (await contributions([contribution]))[0], userErrors: [] }
}

function page (found, first) {
  return { nodes: found.slice(0, first), pageInfo: { hasNextPage: found.length > first } }
}
