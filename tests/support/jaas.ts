const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;

const digestModule = 'org.apache.zookeeper.server.auth.DigestLoginModule required';

/** A JAAS file as a server has it for its clients. */
export function serverJaasText(users: Readonly<Record<string, string>>): string {
  const options = Object.entries(users).map(([name, password]) => `\n  user_${name}=${quoted(password)}`);
  return `Server {\n  ${digestModule}${options.join('')};\n};\n`;
}

/** A JAAS file as members have it: the one user that is let in, and as whom to connect, beside sections of others. */
export function jaasText(username: string, password: string): string {
  return `/* as Java writes it */
Client {
  com.sun.security.auth.module.Krb5LoginModule required useKeyTab=true;
};
QuorumServer {
  ${digestModule} // the flag is not looked at
  user_${username}=${quoted(password)};
};
QuorumLearner { ${digestModule} username=${quoted(username)} password=${quoted(password)}; };
`;
}
