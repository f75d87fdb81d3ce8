// PostGraphile 5 with its usual preset over the tenant's tables and the functions of postgraphile.sql.
import { createServer } from 'node:http'
import { postgraphile } from 'postgraphile'
import { makePgService } from 'postgraphile/adaptors/pg'
import { grafserv } from 'postgraphile/grafserv/node'
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber'

const tenant = process.env.BENCH_TENANT
const preset = {
  extends: [PostGraphileAmberPreset],
  pgServices: [
    makePgService({
      connectionString: process.env.BENCH_DATABASE,
      schemas: [`t_${tenant}`, 'peer'],
      poolConfig: { max: 16, min: 16 }
    })
  ],
  grafast: { explain: false },
  grafserv: { graphiql: false, websockets: false, watch: false }
}

const server = createServer()
const served = postgraphile(preset).createServ(grafserv)
await served.addTo(server)
server.listen(Number(process.env.BENCH_PORT), '127.0.0.1')
