<#
.SYNOPSIS
Lets the app of another organization read the contacts of named mailboxes of this one, and nothing else.

.DESCRIPTION
Run by an admin of the organization whose contacts are read. Two steps: the service principal, by which this tenant
consents to the app without giving it any permission, and RBAC for Applications in Exchange Online, which lets it read
the contacts of the mailboxes. It cannot write, and sees no user, group or other mailbox.

Running it again changes what differs. A change takes effect after 30 minutes to 2 hours.
To end it: az ad sp delete --id <ClientId>.

Needs the module ExchangeOnlineManagement with the role Organization Management or Exchange Administrator, and the
Azure CLI, signed in (az login --allow-no-subscriptions) with the role Cloud Application Administrator. The Azure Cloud
Shell has both.

.EXAMPLE
./otherTenant.ps1 -ClientId $clientId -Mailbox shared@fabrikam.com

.EXAMPLE
./otherTenant.ps1 -ClientId $clientId -Mailbox shared@fabrikam.com -CheckOnly
#>
#Requires -Modules ExchangeOnlineManagement
[CmdletBinding()]
param(
  # Client id of the other organization's app registration.
  [Parameter(Mandatory)] [guid] $ClientId,
  # Mailboxes that it may read the contacts of.
  [Parameter(Mandatory)] [string[]] $Mailbox,
  # Start of the names of what is made in Exchange Online.
  [ValidateLength(1, 40)] [string] $Name = 'Contact Folder Sync partner',
  # Changes nothing.
  [switch] $CheckOnly
)
$ErrorActionPreference = 'Stop'

function Find-ServicePrincipal {
  $found = az ad sp list --filter "appId eq '$ClientId'" --query '[0].id' --output tsv
  if ($LASTEXITCODE -ne 0) { throw 'az could not look for the app: sign in with az login --allow-no-subscriptions' }
  $found
}

function Test-Access([string] $Address, [string] $Role) {
  $inScope = Test-ServicePrincipalAuthorization -Identity $principalId -Resource $Address |
    Where-Object { $_.RoleName -eq $Role -and "$($_.InScope)" -eq 'True' }
  Write-Host ('{0}  {1}: {2}' -f $(if ($inScope) { 'ok     ' } else { 'MISSING' }), $Address, $Role)
  [bool] $inScope
}

$readRole = 'Application Contacts.Read'
$scope = "$Name mailboxes"
$assignment = "$Name reads mailboxes"

$principalId = Find-ServicePrincipal
if (-not $principalId) {
  if ($CheckOnly) { Write-Host "MISSING  the app $ClientId in this tenant"; exit 1 }
  $principalId = az ad sp create --id $ClientId --query id --output tsv
  if ($LASTEXITCODE -ne 0) { throw "az could not add the app $ClientId to this tenant: is it multi-tenant, and the id right?" }
}
if (-not (Get-ConnectionInformation | Where-Object State -eq 'Connected')) { Connect-ExchangeOnline -ShowBanner:$false }

if (-not $CheckOnly) {
  if (-not (Get-ServicePrincipal -Identity $principalId -ErrorAction SilentlyContinue)) {
    New-ServicePrincipal -AppId $ClientId -ObjectId $principalId -DisplayName $Name | Out-Null
  }
  $filter = ($Mailbox | ForEach-Object {
      $address = (Get-EXOMailbox -Identity $_).PrimarySmtpAddress
      "PrimarySmtpAddress -eq '" + $address.Replace("'", "''") + "'"
    }) -join ' -or '
  if (Get-ManagementScope -Identity $scope -ErrorAction SilentlyContinue) {
    Set-ManagementScope -Identity $scope -RecipientRestrictionFilter $filter
  } else {
    New-ManagementScope -Name $scope -RecipientRestrictionFilter $filter | Out-Null
  }
  if (-not (Get-ManagementRoleAssignment -Identity $assignment -ErrorAction SilentlyContinue)) {
    New-ManagementRoleAssignment -Name $assignment -App $principalId -Role $readRole -CustomResourceScope $scope | Out-Null
  }
}

$checks = @($Mailbox | ForEach-Object { Test-Access $_ $readRole })
Write-Host 'Consent to no permission of Microsoft Graph for the app: it would reach every mailbox.'
if ($checks -contains $false) { exit 1 }
# For the other organization's settings.
Write-Host "tenantId  $(az account show --query tenantId --output tsv)"
$Mailbox | ForEach-Object { Write-Host "mailbox   $((Get-EXOMailbox -Identity $_).UserPrincipalName)" }
