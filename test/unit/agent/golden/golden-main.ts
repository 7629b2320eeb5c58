/** Rewrites the golden beats from what the built agent prints now: `npm run golden`, then look at the diff. */
import { BuiltAgent, fixtureHosts, lasting, writeGolden } from './fixture-hosts.ts';

const agent = await BuiltAgent.build();
try {
  for (const host of await fixtureHosts()) {
    await writeGolden(host, lasting(await agent.print(host)));
    process.stdout.write(`Rewrote the golden beat of ${host}\n`);
  }
} finally {
  await agent.remove();
}
