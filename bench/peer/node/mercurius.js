// Mercurius as its own documentation recommends for speed: graphql-jit, and loaders in its own form.
import { readFileSync } from 'node:fs'
import Fastify from 'fastify'
import mercurius from 'mercurius'
import * as database from './database.js'
import { roots } from './resolver.js'

const unique = keys => [...new Set(keys)]

// Loaders are asked for objects with fields; what shares a key is read once.
function reference (load, key) {
  return {
    opts: { cache: false },
    async loader (queries) {
      const ids = unique(queries.map(({ obj }) => key(obj)).filter(id => id !== null))
      const found = new Map((await load(ids)).map((row, place) => [ids[place], row]))
      return queries.map(({ obj }) => found.get(key(obj)) ?? null)
    }
  }
}

const loaders = {
  Comment: { author: reference(database.actors, row => row.author_id) },
  Contribution: {
    author: reference(database.actors, row => row.is_anonymous ? null : row.author_id),
    activity: reference(database.activities, row => row.activity_id),
    category: reference(database.categories, row => row.category_id),
    commentCount: reference(database.commentCounts, row => row.id),
    tally: reference(database.tallies, row => row.id),
    comments: {
      opts: { cache: false },
      loader: queries => database.comments(queries.map(({ obj, params }) => ({ id: obj.id, first: params.first })))
    }
  }
}

const Query = {
  ...roots.Query,
  contribution: async (_, { id }) => (await database.contributions([id]))[0],
  _entities: (_, { representations }) => database.contributions(representations.map(({ id }) => id))
}

const app = Fastify({ logger: false })
await app.register(mercurius, {
  schema: readFileSync(new URL('contract.graphql', import.meta.url), 'utf8'),
  resolvers: { ...roots, Query, _Entity: { resolveType: () => 'Contribution' } },
  loaders,
  context: request => ({ actor: request.headers['x-actor'] }),
  jit: 1,
  graphiql: false
})
await app.listen({ port: Number(process.env.BENCH_PORT), host: '127.0.0.1' })
