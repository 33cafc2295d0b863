using '../../../infra/main.bicep'

// Private networking, and the longest names that may be given.
param environmentName = 'environments'
param workloadName = 'contactsyncs'
param privateNetworking = true
param contactLists = []
