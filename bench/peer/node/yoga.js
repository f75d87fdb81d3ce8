// GraphQL Yoga in its usual style: graphql-jit through Envelop, DataLoaders of each operation.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { useGraphQlJit } from '@envelop/graphql-jit'
import DataLoader from 'dataloader'
import { createSchema, createYoga } from 'graphql-yoga'
import * as database from './database.js'
import { roots } from './resolver.js'

function loaders () {
  return {
    actor: new DataLoader(database.actors),
    activity: new DataLoader(database.activities),
    category: new DataLoader(database.categories),
    contribution: new DataLoader(database.contributions),
    commentCount: new DataLoader(database.commentCounts),
    tally: new DataLoader(database.tallies),
    comments: new DataLoader(database.comments, { cacheKeyFn: key => `${key.id} ${key.first}` })
  }
}

const resolvers = {
  ...roots,
  Query: {
    ...roots.Query,
    contribution: (_, { id }, { load }) => load.contribution.load(id),
    _entities: (_, { representations }, { load }) => load.contribution.loadMany(representations.map(({ id }) => id))
  },
  _Entity: { __resolveType: () => 'Contribution' },
  Comment: { ...roots.Comment, author: (row, _, { load }) => load.actor.load(row.author_id) },
  Contribution: {
    ...roots.Contribution,
    author: (row, _, { load }) => row.is_anonymous ? null : load.actor.load(row.author_id),
    activity: (row, _, { load }) => load.activity.load(row.activity_id),
    category: (row, _, { load }) => row.category_id === null ? null : load.category.load(row.category_id),
    commentCount: (row, _, { load }) => load.commentCount.load(row.id),
    tally: (row, _, { load }) => load.tally.load(row.id),
    comments: (row, { first }, { load }) => load.comments.load({ id: row.id, first })
  }
}

const yoga = createYoga({
  schema: createSchema({ typeDefs: readFileSync(new URL('contract.graphql', import.meta.url), 'utf8'), resolvers }),
  plugins: [useGraphQlJit()],
  context: ({ request }) => ({ actor: request.headers.get('x-actor'), load: loaders() }),
  logging: false,
  graphiql: false
})
createServer(yoga).listen(Number(process.env.BENCH_PORT), '127.0.0.1')
