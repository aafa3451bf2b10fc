import { createServer } from 'node:net';
import { bundledHost, type BundledPlan, ensembleMembers, peerPortOffset } from '@/lib/config/bundled';
import { StartFault } from './fault';

/** A sentence why nothing can listen there, or null when something can. The port is free again afterwards. */
export async function portFault(host: string, port: number): Promise<string | null> {
  const server = createServer();
  const code = await new Promise<string | null>((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => resolve(null));
  });
  if (code === null) await new Promise((resolve) => server.close(resolve));
  return code === null ? null : listenFault(host, port, code);
}

/** Why listening failed, in words. */
export function listenFault(host: string, port: number, code: string): string {
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is taken by another program.`;
    case 'EACCES':
      return `Port ${port} on ${host} needs more rights than this user has.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${host} is not an address of this machine.`;
    default:
      return `Listening on ${host}:${port} failed (${code}).`;
  }
}

/** All ports are looked at before anything is built or started; each that is taken is a line. */
export async function requireFreePorts(
  consoleAddress: { host: string; port: number },
  plan: BundledPlan | null,
): Promise<void> {
  const consoleFault = await portFault(consoleAddress.host, consoleAddress.port);
  if (consoleFault !== null) {
    const hint = `Choose another for the console: npm start -- --port ${consoleAddress.port + 1}`;
    throw new StartFault(consoleFault.startsWith('Port ') ? `${consoleFault} ${hint}` : consoleFault);
  }
  if (plan === null) return;
  if (plan.kind === 'single') await requireFreeServerPort(plan.serverPort);
  else await requireFreeMemberPorts(plan);
}

function connectHint(port: number): string {
  return `If that is a ZooKeeper to look at: npm start -- --connect ${bundledHost}:${port}.`;
}

async function requireFreeServerPort(port: number): Promise<void> {
  const fault = await portFault(bundledHost, port);
  if (fault === null) return;
  throw new StartFault(
    `${fault} ${connectHint(port)} ` +
      `To run the bundled server elsewhere: npm start -- --single --server-port ${port + 1}`,
  );
}

/** How far from the taken ports the proposed ones lie. */
const elsewhere = 100;

async function requireFreeMemberPorts(plan: BundledPlan): Promise<void> {
  const uses = ensembleMembers(plan).flatMap(({ name, clientPort, quorumPort, electionPort }) => [
    { port: clientPort, use: `${name}'s for clients` },
    { port: quorumPort, use: `${name}'s for its peers` },
    { port: electionPort, use: `${name}'s for elections` },
  ]);
  const faults: string[] = [];
  for (const { port, use } of uses) {
    const fault = await portFault(bundledHost, port);
    if (fault !== null) faults.push(`${fault} It would be ${use}.`);
  }
  if (faults.length === 0) return;
  const peers =
    plan.peerPort === plan.serverPort + peerPortOffset ? '' : ` --peer-port ${plan.peerPort + elsewhere}`;
  const clientTaken = (await portFault(bundledHost, plan.serverPort)) !== null;
  const hint = clientTaken ? `${connectHint(plan.serverPort)} ` : '';
  throw new StartFault(
    [
      ...faults,
      `${hint}To run the bundled ensemble elsewhere: npm start -- --server-port ${plan.serverPort + elsewhere}${peers}`,
    ].join('\n'),
  );
}
