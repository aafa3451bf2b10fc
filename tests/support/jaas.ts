const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;

/** A JAAS file as members have it: the one user that is let in, and as whom to connect, beside sections of others. */
export function jaasText(username: string, password: string): string {
  const module = 'org.apache.zookeeper.server.auth.DigestLoginModule required';
  return `/* as Java writes it */
Client {
  com.sun.security.auth.module.Krb5LoginModule required useKeyTab=true;
};
QuorumServer {
  ${module} // the flag is not looked at
  user_${username}=${quoted(password)};
};
QuorumLearner { ${module} username=${quoted(username)} password=${quoted(password)}; };
`;
}
