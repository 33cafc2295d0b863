<#
.SYNOPSIS
Limits what the app may do with contacts to the mailboxes that it is for, by RBAC for Applications in Exchange Online.

.DESCRIPTION
The app may read the contacts of the source mailboxes, and write those of the members of one group, and nothing else.
Run it in place of the Graph permission Contacts.ReadWrite: grants add up, so remove that one or the limits mean nothing
(infra/graph/appRoles.bicep with contactsOfEveryMailbox=false). User.Read.All and GroupMember.Read.All stay with Graph.

Run by itself with -NoticeMailbox, it lets the app send mail from that one mailbox (NOTIFY_MAIL_FROM) and from no other,
and changes nothing about contacts.

Running it again changes what differs. A change takes effect after 30 minutes to 2 hours.
Exchange counts direct members alone: where the lists name groups with groups in them, name a flat one here. It must be
mail-enabled or a Microsoft 365 group.

Needs the module ExchangeOnlineManagement and the role Organization Management, or Exchange Administrator.

.EXAMPLE
./rbacForApplications.ps1 -ClientId $clientId -PrincipalId $principalId -SourceMailbox directory@contoso.com `
  -TargetGroup everyone@contoso.com -ProbeMailbox ada@contoso.com

.EXAMPLE
./rbacForApplications.ps1 -ClientId $clientId -PrincipalId $principalId -SourceMailbox directory@contoso.com `
  -TargetGroup everyone@contoso.com -ProbeMailbox ada@contoso.com -CheckOnly

.EXAMPLE
./rbacForApplications.ps1 -ClientId $clientId -PrincipalId $principalId -NoticeMailbox notices@contoso.com
#>
#Requires -Modules ExchangeOnlineManagement
[CmdletBinding(DefaultParameterSetName = 'Contacts')]
param(
  # Client id of the app's identity: the output AZURE_IDENTITY_CLIENT_ID.
  [Parameter(Mandatory)] [guid] $ClientId,
  # Object id of the same identity: the output AZURE_IDENTITY_PRINCIPAL_ID.
  [Parameter(Mandatory)] [guid] $PrincipalId,
  # Mailboxes that hold the lists.
  [Parameter(Mandatory, ParameterSetName = 'Contacts')] [string[]] $SourceMailbox,
  # Group whose members get the lists.
  [Parameter(Mandatory, ParameterSetName = 'Contacts')] [string] $TargetGroup,
  # A member of that group, for the check.
  [Parameter(Mandatory, ParameterSetName = 'Contacts')] [string] $ProbeMailbox,
  # Mailbox that notices are sent from.
  [Parameter(Mandatory, ParameterSetName = 'Notices')] [string] $NoticeMailbox,
  # Start of the names of what is made in Exchange Online.
  [ValidateLength(1, 40)] [string] $Name = 'Contact Folder Sync',
  # Changes nothing.
  [switch] $CheckOnly
)
$ErrorActionPreference = 'Stop'

function ConvertTo-FilterText([string] $Text) {
  "'" + $Text.Replace("'", "''") + "'"
}

function Get-AddressFilter([string] $Mailbox) {
  'PrimarySmtpAddress -eq ' + (ConvertTo-FilterText (Get-EXOMailbox -Identity $Mailbox).PrimarySmtpAddress)
}

function Set-Scope([string] $ScopeName, [string] $Filter) {
  if (Get-ManagementScope -Identity $ScopeName -ErrorAction SilentlyContinue) {
    Set-ManagementScope -Identity $ScopeName -RecipientRestrictionFilter $Filter
  } else {
    New-ManagementScope -Name $ScopeName -RecipientRestrictionFilter $Filter | Out-Null
  }
}

function Set-Assignment([string] $AssignmentName, [string] $Role, [string] $ScopeName) {
  if (-not (Get-ManagementRoleAssignment -Identity $AssignmentName -ErrorAction SilentlyContinue)) {
    New-ManagementRoleAssignment -Name $AssignmentName -App $PrincipalId -Role $Role -CustomResourceScope $ScopeName | Out-Null
  }
}

function Test-Access([string] $Mailbox, [string] $Role) {
  $inScope = Test-ServicePrincipalAuthorization -Identity $PrincipalId -Resource $Mailbox |
    Where-Object { $_.RoleName -eq $Role -and "$($_.InScope)" -eq 'True' }
  Write-Host ('{0}  {1}: {2}' -f $(if ($inScope) { 'ok     ' } else { 'MISSING' }), $Mailbox, $Role)
  [bool] $inScope
}

if (-not (Get-ConnectionInformation | Where-Object State -eq 'Connected')) { Connect-ExchangeOnline -ShowBanner:$false }

$readRole = 'Application Contacts.Read'
$writeRole = 'Application Contacts.ReadWrite'
$sendRole = 'Application Mail.Send'

if (-not $CheckOnly) {
  if (-not (Get-ServicePrincipal -Identity $PrincipalId -ErrorAction SilentlyContinue)) {
    New-ServicePrincipal -AppId $ClientId -ObjectId $PrincipalId -DisplayName $Name | Out-Null
  }
  if ($NoticeMailbox) {
    Set-Scope "$Name notices" (Get-AddressFilter $NoticeMailbox)
    Set-Assignment "$Name sends notices" $sendRole "$Name notices"
  } else {
    $sources = $SourceMailbox | ForEach-Object { Get-AddressFilter $_ }
    $group = (Get-Recipient -Identity $TargetGroup).DistinguishedName
    Set-Scope "$Name sources" ($sources -join ' -or ')
    Set-Scope "$Name targets" ('MemberOfGroup -eq ' + (ConvertTo-FilterText $group))
    Set-Assignment "$Name reads sources" $readRole "$Name sources"
    Set-Assignment "$Name writes targets" $writeRole "$Name targets"
  }
}

$permission = if ($NoticeMailbox) { 'Mail.Send' } else { 'Contacts.ReadWrite' }
$checks = if ($NoticeMailbox) {
  @(Test-Access $NoticeMailbox $sendRole)
} else {
  @($SourceMailbox | ForEach-Object { Test-Access $_ $readRole }) + @(Test-Access $ProbeMailbox $writeRole)
}
Write-Host "Remove the Graph permission $permission from the identity if it has it: it would reach every mailbox."
if ($checks -contains $false) { exit 1 }
