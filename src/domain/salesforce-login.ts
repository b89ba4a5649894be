/** How to sign in to Salesforce, without a person and without a password. */

/** An external client app with its secret; works on the My Domain address only. */
export type ClientCredentialsLogin = {
  kind: "clientCredentials";
  loginUrl: string;
  clientId: string;
  clientSecret: string;
};

/** An external client app with a certificate, in the name of one user. */
export type JwtBearerLogin = {
  kind: "jwtBearer";
  loginUrl: string;
  clientId: string;
  username: string;
  /** PEM. */
  privateKey: string;
};

/** Either way gives an access token, and neither a refresh token. */
export type SalesforceLogin = ClientCredentialsLogin | JwtBearerLogin;
