// The connections as Bicep knows them: names and bounds are those of shared/settings/connections.ts, which reads them when
// the app starts.

metadata description = 'Types of the connections.'

@description('The name of a secret in the key vault; its value never stands in a parameter.')
@minLength(1)
@maxLength(127)
type SecretName = string

@description('Another tenant, read by an app registration of ours that trusts the identity of this app.')
@sealed()
type TenantConnection = {
  @description('What the connection leads to.')
  kind: 'tenant'

  @description('The id of the other tenant.')
  tenantId: string

  @description('The client id of the app registration: infra/graph/otherTenantApp.bicep makes it.')
  clientId: string

  @description('Whether lists that are not in contactLists may read by it, too.')
  console: bool?
}

@description('A PostgreSQL database.')
@sealed()
type PostgresConnection = {
  @description('What the connection leads to.')
  kind: 'postgres'

  @description('The name of the host.')
  @minLength(1)
  @maxLength(253)
  host: string

  @description('5432 if left out.')
  @minValue(1)
  @maxValue(65535)
  port: int?

  @description('The name of the database.')
  @minLength(1)
  @maxLength(128)
  database: string

  @description('The role that signs in, also where the managed identity does.')
  @minLength(1)
  @maxLength(128)
  user: string

  @description('Its password; the managed identity signs in if left out.')
  passwordSecret: SecretName?

  @description('The certificate of an authority of your own.')
  caSecret: SecretName?

  @description('Whether lists that are not in contactLists may read by it, too.')
  console: bool?
}

@description('An Azure SQL database: preview.')
@sealed()
type AzureSqlConnection = {
  @description('What the connection leads to.')
  kind: 'azureSql'

  @description('The name of the host.')
  @minLength(1)
  @maxLength(253)
  host: string

  @description('1433 if left out.')
  @minValue(1)
  @maxValue(65535)
  port: int?

  @description('The name of the database.')
  @minLength(1)
  @maxLength(128)
  database: string

  @description('Who signs in with a password; the managed identity does if left out.')
  @minLength(1)
  @maxLength(128)
  user: string?

  @description('The password of the user.')
  passwordSecret: SecretName?

  @description('The certificate of an authority of your own.')
  caSecret: SecretName?

  @description('Whether lists that are not in contactLists may read by it, too.')
  console: bool?
}

@description('An Exchange server on premises.')
@sealed()
type ExchangeServerConnection = {
  @description('What the connection leads to.')
  kind: 'exchangeServer'

  @description('The https address of EWS, such as https://mail.contoso.com/EWS/Exchange.asmx.')
  url: string

  @description('An ordinary user with Reviewer permission on the folders.')
  @minLength(1)
  user: string

  @description('The password of the user.')
  passwordSecret: SecretName

  @description('The certificate of an authority of your own.')
  caSecret: SecretName?

  @description('Whether a certificate that nobody vouches for is taken, which every status of the list warns of.')
  @metadata({ default: false })
  allowUntrusted: bool?

  @description('Whether lists that are not in contactLists may read by it, too.')
  console: bool?
}

@export()
@description('A way to a system outside of this tenant.')
@discriminator('kind')
type Connection = TenantConnection | PostgresConnection | AzureSqlConnection | ExchangeServerConnection
