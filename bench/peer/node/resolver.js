// Resolvers that Mercurius and Yoga share: the roots, and the fields that follow from a row alone.
import { GraphQLScalarType } from 'graphql'
import { band, metres } from './area.js'
import * as database from './database.js'

const scalar = name => new GraphQLScalarType({ name })
const DateTime = new GraphQLScalarType({ name: 'DateTime', serialize: value => value.toISOString() })

export const roots = {
  DateTime,
  Latitude: scalar('Latitude'),
  Longitude: scalar('Longitude'),
  Radius: scalar('Radius'),
  _Any: scalar('_Any'),
  Query: {
    contributions: (_, { near, search, kinds, first }) =>
      near ? database.near(near, kinds, first) : database.search(search, kinds, first),
    hexagons: (_, { bounds, zoom }) => database.hexagons(bounds, zoom),
    activity: async (_, { id }) => (await database.activities([id]))[0]
  },
  Mutation: {
    voteCast: (_, { input }, context) => database.vote(input.contribution, context.actor, input.choice)
  },
  Activity: { statistics: ({ id }) => database.statistics(id) },
  Comment: { publishedAt: row => row.published_at },
  Contribution: {
    publishedAt: row => row.published_at,
    status: row =>
      row.status === 'OPEN' && row.expires_at !== null && row.expires_at <= Date.now() ? 'EXPIRED' : row.status,
    location: ({ precision, lat, lng, address }) =>
      lat === null ? null : { precision, lat, lng, address: precision === 'EXACT' ? address : null },
    distance: (row, { from }) => {
      if (row.lat === null) return null
      const found = metres(from.lat, from.lng, row.lat, row.lng)
      return { band: band(found), metres: row.precision === 'EXACT' ? Math.round(found) : null }
    }
  }
}
