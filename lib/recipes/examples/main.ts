import { Argument, Command, InvalidArgumentError } from 'commander';
import { parseConnectionString, type ConnectionString } from '@/lib/base/connection-string';
import { ZooKeeperClient } from '@/lib/client/client';
import { examples } from './examples';

/** `npm run example -- NAME`: a recipe at work on a running ensemble, below a node of its own. */

const sessionTimeoutMs = 10_000;

function members(text: string): ConnectionString {
  const parsed = parseConnectionString(text);
  if (typeof parsed === 'string') throw new InvalidArgumentError(parsed);
  return parsed;
}

async function removeBelow(client: ZooKeeperClient, path: string): Promise<void> {
  if ((await client.exists(path)).value === null) return;
  const { children } = (await client.getChildren(path)).value;
  for (const child of children) await removeBelow(client, `${path}/${child}`);
  await client.delete(path, -1);
}

async function main(): Promise<void> {
  const command = new Command('example')
    .description('Runs a recipe on a running ensemble and tells what happens.')
    .addArgument(new Argument('<name>', 'which recipe').choices(Object.keys(examples)))
    .option('--connect <members>', 'host:port,host:port/chroot', members, members('127.0.0.1:2181'))
    .parse();
  const { connect } = command.opts<{ connect: ConnectionString }>();
  const name = command.args[0]!;
  const clients: ZooKeeperClient[] = [];
  const open = async (): Promise<ZooKeeperClient> => {
    const client = new ZooKeeperClient({ connection: connect, sessionTimeoutMs });
    clients.push(client);
    client.connect();
    await client.exists('/');
    return client;
  };
  const root = `/zoodeck-example-${process.pid}`;
  try {
    const janitor = await open();
    try {
      await examples[name]!({ open, say: (line) => void process.stdout.write(`${line}\n`), root });
    } finally {
      await removeBelow(janitor, root);
    }
  } finally {
    for (const client of clients) client.close();
  }
}

main().catch((error: Error) => {
  process.stderr.write(`The example could not be run: ${error.message}\n`);
  process.exitCode = 1;
});
