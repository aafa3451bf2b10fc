import fs from 'node:fs';
import type { ConnectionTls } from '@/lib/client/socket';
import type { Login } from '@/lib/sasl/digest-md5';
import { propertyPairs } from '@/server/config/properties';
import { loginOf } from '@/server/transport/jaas';
import { CommandError } from './words';

/**
 * How the shell reaches a TLS port, in the properties of Apache's client: `zookeeper.client.secure=true` and the stores,
 * in a file (`-client-configuration`) or behind -D in CLIENT_JVMFLAGS, as zkCli.sh takes them. Stores are PEM files. And as
 * whom it authenticates by SASL there.
 */

type Environment = Readonly<Record<string, string | undefined>>;

const prefix = 'zookeeper.';

function propertiesOf(file: string | null, environment: Environment): Map<string, string> {
  const properties = new Map<string, string>();
  for (const [, key, value] of (environment.CLIENT_JVMFLAGS ?? '').matchAll(/-D([^=\s]+)=(\S*)/g))
    properties.set(key!, value!);
  if (file !== null) {
    let text: string;
    try {
      text = fs.readFileSync(file, 'utf8');
    } catch (error) {
      throw new CommandError(`-client-configuration ${file} cannot be read: ${(error as Error).message}`);
    }
    for (const [key, value] of propertyPairs(text)) properties.set(key, value);
  }
  return properties;
}

function pem(key: string, location: string | undefined): string | null {
  if (location === undefined) return null;
  try {
    const text = fs.readFileSync(location, 'utf8');
    if (text.includes('-----BEGIN')) return text;
  } catch (error) {
    throw new CommandError(`${key}=${location} cannot be read: ${(error as Error).message}`);
  }
  throw new CommandError(`${key}=${location} is no PEM file; the shell reads no other stores`);
}

/**
 * As whom to authenticate by SASL: what section Client of the JAAS file says, or the one that zookeeper.sasl.clientconfig
 * names. Null where no JAAS file is given, or zookeeper.sasl.client=false. Throws a CredentialsError.
 */
export function clientSasl(file: string | null, environment: Environment): Login | null {
  const properties = propertiesOf(file, environment);
  const jaas = properties.get('java.security.auth.login.config');
  if (jaas === undefined || properties.get(`${prefix}sasl.client`)?.toLowerCase() === 'false') return null;
  return loginOf(jaas, properties.get(`${prefix}sasl.clientconfig`) ?? 'Client');
}

/** Null for a plain connection. */
export function clientTls(file: string | null, environment: Environment): ConnectionTls | null {
  const properties = propertiesOf(file, environment);
  if (properties.get(`${prefix}client.secure`)?.toLowerCase() !== 'true') return null;
  const keyName = `${prefix}ssl.keyStore.location`;
  const trustName = `${prefix}ssl.trustStore.location`;
  const own = pem(keyName, properties.get(keyName));
  return { ca: pem(trustName, properties.get(trustName)), cert: own, key: own, servername: null };
}
