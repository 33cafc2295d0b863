<#
Stands in for Microsoft's module of that name, as far as infra/graph/rbacForApplications.ps1 uses it: the parameters
are those of https://learn.microsoft.com/powershell/module/exchange, an unknown one is an error as it is there.
The organization is the JSON file that EXCHANGE_ORGANIZATION names; its `calls` tell what was changed.
#>
$file = $env:EXCHANGE_ORGANIZATION

function Read-Organization { Get-Content -Raw $file | ConvertFrom-Json -AsHashtable }

function Write-Change([string] $Call, [hashtable] $Parameters, [string] $Kind, [string] $Key) {
  $organization = Read-Organization
  $organization[$Kind][$Key] = $Parameters
  $organization.calls += @{ call = $Call; parameters = $Parameters }
  $organization | ConvertTo-Json -Depth 9 | Set-Content $file
}

function Find-Object([string] $Kind, [string] $Key) {
  $found = (Read-Organization)[$Kind][$Key]
  if ($found) { return [pscustomobject] $found }
  Write-Error "The operation couldn't be performed because object '$Key' couldn't be found." -ErrorAction $ErrorActionPreference
}

function Get-ConnectionInformation { [CmdletBinding()] param() [pscustomobject] @{ State = 'Connected' } }

function Connect-ExchangeOnline { [CmdletBinding()] param([switch] $ShowBanner) throw 'Connected already' }

function Get-ServicePrincipal {
  [CmdletBinding()] param([string] $Identity)
  Find-Object servicePrincipals $Identity
}

function New-ServicePrincipal {
  [CmdletBinding()] param([Parameter(Mandatory)] [string] $AppId, [Parameter(Mandatory)] [string] $ObjectId, [string] $DisplayName)
  Write-Change New-ServicePrincipal $PSBoundParameters servicePrincipals $ObjectId
}

function Get-EXOMailbox {
  [CmdletBinding()] param([string] $Identity)
  Find-Object mailboxes $Identity
}

function Get-Recipient {
  [CmdletBinding()] param([string] $Identity)
  Find-Object groups $Identity
}

function Get-ManagementScope {
  [CmdletBinding()] param([string] $Identity)
  Find-Object scopes $Identity
}

function New-ManagementScope {
  [CmdletBinding()] param([Parameter(Mandatory)] [ValidateLength(1, 64)] [string] $Name, [string] $RecipientRestrictionFilter)
  Write-Change New-ManagementScope $PSBoundParameters scopes $Name
}

function Set-ManagementScope {
  [CmdletBinding()] param([Parameter(Mandatory)] [string] $Identity, [string] $RecipientRestrictionFilter)
  Write-Change Set-ManagementScope $PSBoundParameters scopes $Identity
}

function Get-ManagementRoleAssignment {
  [CmdletBinding()] param([string] $Identity)
  Find-Object assignments $Identity
}

function New-ManagementRoleAssignment {
  [CmdletBinding()]
  param([ValidateLength(1, 64)] [string] $Name, [Parameter(Mandatory)] [string] $App, [Parameter(Mandatory)] [string] $Role, [string] $CustomResourceScope)
  if (-not (Read-Organization).servicePrincipals[$App]) { throw "The service principal $App couldn't be found." }
  Find-Object scopes $CustomResourceScope | Out-Null
  Write-Change New-ManagementRoleAssignment $PSBoundParameters assignments $Name
}

function Test-ServicePrincipalAuthorization {
  [CmdletBinding()] param([Parameter(Mandatory)] [string] $Identity, [string] $Resource)
  $organization = Read-Organization
  foreach ($assignment in $organization.assignments.Values) {
    [pscustomobject] @{
      RoleName = $assignment.Role
      InScope = $organization.inScope -contains "$Resource $($assignment.Role)"
    }
  }
}

Export-ModuleMember -Function *-*
