import { createTokenIssuer } from './tokens.ts';

const vault = 'https://vault.azure.net';
let now = Date.parse('2026-11-02T10:00:00Z');
const issuer = createTokenIssuer(() => now);

test('a token lets in for its resource, with or without a slash, until it expires', () => {
  const { access_token: token, expires_in: lifetime } = issuer.issue(vault, 'f3a1');
  expect(issuer.accepts(token, `${vault}/`)).toBe(true);
  expect(issuer.accepts(token, 'https://servicebus.azure.net')).toBe(false);
  now += lifetime * 1000;
  expect(issuer.accepts(token, vault)).toBe(false);
});

test('a token that was changed or that another issuer signed is refused', () => {
  const { access_token: token } = issuer.issue(vault, 'f3a1');
  const [head, , signature] = token.split('.');
  const claims = { aud: 'https://graph.microsoft.com', exp: now };
  const forged = `${head}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.${signature}`;
  expect(issuer.accepts(forged, claims.aud)).toBe(false);
  expect(createTokenIssuer(() => now).accepts(token, vault)).toBe(false);
  for (const text of ['', 'nonsense', 'a.b.c', `${head}..`]) expect(issuer.accepts(text, vault)).toBe(false);
});
