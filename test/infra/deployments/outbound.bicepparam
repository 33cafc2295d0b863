using '../../../infra/main.bicep'

// Through a subnet of the customer's, without private networking.
param environmentName = 'prod'
param outboundSubnetId = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-network/providers/Microsoft.Network/virtualNetworks/vnet-contoso/subnets/snet-contacts'
param contactLists = []
