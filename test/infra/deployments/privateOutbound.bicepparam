using '../../../infra/main.bicep'

// Private networking, and the app in a subnet of the customer's.
param environmentName = 'prod'
param privateNetworking = true
param outboundSubnetId = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-network/providers/Microsoft.Network/virtualNetworks/vnet-contoso/subnets/snet-contacts'
param contactLists = []
