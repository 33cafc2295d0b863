using System.Net;
using System.Net.Http.Headers;
using Microsoft.Graph;
using Microsoft.Graph.Models;
using Microsoft.Graph.Models.ODataErrors;
using Microsoft.Graph.Users.Item;
using Microsoft.Graph.Users.Item.ContactFolders.Item.Contacts;
using Microsoft.Kiota.Abstractions.Authentication;

/// <summary>What the app asks of Microsoft Graph, through Microsoft's client.</summary>
internal static class GraphScenario
{
    private const string Stamp = "String {b4e2f4f0-3c1a-4c7e-9d0e-6c1b2f1d7a10} Name DotnetClients";
    private const string Immutable = "IdType=\"ImmutableId\"";

    public static async Task<object> RunAsync(string endpoint, string token, string webhook)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var graph = new GraphServiceClient(http, new AnonymousAuthenticationProvider(), $"{endpoint}/v1.0");
        var user = await graph.Users.PostAsync(NewUser("grace")) ?? throw new InvalidOperationException("No user");
        var mailbox = graph.Users[user.Id];
        var folder = await mailbox.ContactFolders.PostAsync(new ContactFolder { DisplayName = "Staff" });
        var contacts = mailbox.ContactFolders[folder!.Id].Contacts;
        return new
        {
            user = await GetUserAsync(graph, user),
            folders = await FindFolderAsync(mailbox),
            contact = await WriteContactAsync(contacts),
            stamped = await FindByStampAsync(contacts),
            batch = await WriteInBatchesAsync(graph, contacts),
            pages = await ReadPagesAsync(graph, contacts),
            delta = await FollowDeltaAsync(contacts),
            members = await ReadMembersAsync(graph, user),
            subscription = await SubscribeAsync(graph, webhook, $"/users/{user.Id}/contactFolders/{folder.Id}/contacts"),
            missing = await CodeOfAsync(() => contacts["AAMkAGI2"].GetAsync()),
            unknownUser = await CodeOfAsync(() => graph.Users["nobody@contoso.example"].GetAsync()),
        };
    }

    private static User NewUser(string name) => new()
    {
        AccountEnabled = true,
        DisplayName = name,
        MailNickname = name,
        UserPrincipalName = $"{name}@contoso.example",
        PasswordProfile = new PasswordProfile { Password = Guid.NewGuid().ToString() },
    };

    private static async Task<object> GetUserAsync(GraphServiceClient graph, User user)
    {
        var found = await graph.Users[user.UserPrincipalName].GetAsync(request =>
            request.QueryParameters.Select = ["id", "userPrincipalName", "accountEnabled"]);
        return new { same = found?.Id == user.Id, found?.AccountEnabled };
    }

    private static async Task<object> FindFolderAsync(UserItemRequestBuilder mailbox)
    {
        var found = await mailbox.ContactFolders.GetAsync(request =>
            request.QueryParameters.Filter = "displayName eq 'Staff'");
        return found?.Value?.Select(folder => folder.DisplayName).ToArray() ?? [];
    }

    private static async Task<object> WriteContactAsync(ContactsRequestBuilder contacts)
    {
        var created = await contacts.PostAsync(
            new Contact
            {
                DisplayName = "Ada Lovelace",
                GivenName = "Ada",
                Surname = "Lovelace",
                Birthday = new DateTimeOffset(1815, 12, 10, 11, 59, 0, TimeSpan.Zero),
                BusinessPhones = ["+44 20 1"],
                BusinessAddress = new PhysicalAddress { City = "London" },
                EmailAddresses = [new EmailAddress { Address = "ada@contoso.example", Name = "Ada" }],
                Categories = ["Company"],
                SingleValueExtendedProperties = [new SingleValueLegacyExtendedProperty { Id = Stamp, Value = "ada" }],
            },
            request => request.Headers.Add("Prefer", Immutable));
        var patched = await contacts[created!.Id].PatchAsync(
            new Contact { DisplayName = "Ada King", Surname = "King" },
            request => request.Headers.Add("Prefer", Immutable));
        return new
        {
            created.GivenName,
            Birthday = created.Birthday?.UtcDateTime.ToString("yyyy-MM-dd"),
            created.BusinessPhones,
            created.BusinessAddress?.City,
            email = created.EmailAddresses?.Single().Address,
            created.Categories,
            patched = new { patched?.DisplayName, patched?.GivenName, sameId = patched?.Id == created.Id },
        };
    }

    private static async Task<object> FindByStampAsync(ContactsRequestBuilder contacts)
    {
        var found = await contacts.GetAsync(request =>
        {
            request.QueryParameters.Filter = $"singleValueExtendedProperties/Any(ep: ep/id eq '{Stamp}' and ep/value eq 'ada')";
            request.QueryParameters.Expand = [$"singleValueExtendedProperties($filter=id eq '{Stamp}')"];
            request.QueryParameters.Select = ["displayName"];
        });
        return found!.Value!.Select(contact => new
        {
            contact.DisplayName,
            stamps = contact.SingleValueExtendedProperties?.Select(property => property.Value).ToArray(),
        }).ToArray();
    }

    /// <summary>The client cuts into batches of 20.</summary>
    private static async Task<object> WriteInBatchesAsync(GraphServiceClient graph, ContactsRequestBuilder contacts)
    {
        var batch = new BatchRequestContentCollection(graph);
        for (var number = 0; number < 25; number++)
        {
            await batch.AddBatchRequestStepAsync(
                contacts.ToPostRequestInformation(new Contact { DisplayName = $"Contact {number}" }));
        }
        var refused = await batch.AddBatchRequestStepAsync(contacts["AAMkAGI2"].ToGetRequestInformation());
        var response = await graph.Batch.PostAsync(batch);
        var statuses = await response.GetResponsesStatusCodesAsync();
        return new
        {
            created = statuses.Values.Count(status => status == HttpStatusCode.Created),
            refused = (int)statuses[refused] is >= 400 and < 500,
        };
    }

    private static async Task<object> ReadPagesAsync(GraphServiceClient graph, ContactsRequestBuilder contacts)
    {
        var first = await contacts.GetAsync(request =>
        {
            request.QueryParameters.Top = 10;
            request.QueryParameters.Count = true;
            request.QueryParameters.Orderby = ["displayName"];
        });
        var names = new List<string?>();
        await PageIterator<Contact, ContactCollectionResponse>
            .CreatePageIterator(graph, first!, contact => { names.Add(contact.DisplayName); return true; })
            .IterateAsync();
        return new { first!.OdataCount, read = names.Distinct().Count(), first = names[0] };
    }

    private static async Task<object> FollowDeltaAsync(ContactsRequestBuilder contacts)
    {
        const string prefer = $"odata.maxpagesize=10, {Immutable}";
        var rows = new List<Contact>();
        var page = await contacts.Delta.GetAsDeltaGetResponseAsync(request => request.Headers.Add("Prefer", prefer));
        rows.AddRange(page!.Value!);
        var pages = 1;
        while (page!.OdataNextLink is { } next)
        {
            page = await contacts.Delta.WithUrl(next).GetAsDeltaGetResponseAsync(
                request => request.Headers.Add("Prefer", prefer));
            rows.AddRange(page!.Value!);
            pages++;
        }
        await contacts[rows[0].Id].DeleteAsync();
        await contacts[rows[1].Id].PatchAsync(new Contact { JobTitle = "Countess" });
        var changes = await contacts.Delta.WithUrl(page.OdataDeltaLink!).GetAsDeltaGetResponseAsync(
            request => request.Headers.Add("Prefer", prefer));
        return new
        {
            rows = rows.Count,
            several = pages > 1,
            removed = changes!.Value!.Single(row => row.AdditionalData.ContainsKey("@removed")).Id == rows[0].Id,
            changed = changes.Value!.Single(row => row.Id == rows[1].Id).JobTitle,
            count = changes.Value!.Count,
        };
    }

    private static async Task<object> ReadMembersAsync(GraphServiceClient graph, User user)
    {
        var group = await graph.Groups.PostAsync(new Group
        {
            DisplayName = "Everyone",
            MailNickname = "everyone",
            MailEnabled = false,
            SecurityEnabled = true,
        });
        await graph.Groups[group!.Id].Members.Ref.PostAsync(
            new ReferenceCreate { OdataId = $"https://graph.microsoft.com/v1.0/directoryObjects/{user.Id}" });
        var members = await graph.Groups[group.Id].TransitiveMembers.GetAsync(request =>
            request.QueryParameters.Select = ["id", "userPrincipalName"]);
        return members!.Value!.Select(member => (member as User)?.UserPrincipalName).ToArray();
    }

    private static async Task<object> SubscribeAsync(GraphServiceClient graph, string webhook, string resource)
    {
        var until = DateTimeOffset.UtcNow.AddDays(2);
        var created = await graph.Subscriptions.PostAsync(new Subscription
        {
            ChangeType = "created,updated,deleted",
            NotificationUrl = webhook,
            Resource = resource,
            ExpirationDateTime = until,
            ClientState = "secret",
        });
        var renewed = await graph.Subscriptions[created!.Id].PatchAsync(
            new Subscription { ExpirationDateTime = until.AddDays(1) });
        await graph.Subscriptions[created.Id].DeleteAsync();
        return new
        {
            renewedFor = (renewed!.ExpirationDateTime - created.ExpirationDateTime)?.TotalDays,
            gone = await CodeOfAsync(() => graph.Subscriptions[created.Id].GetAsync()),
        };
    }

    private static async Task<string> CodeOfAsync(Func<Task> action)
    {
        try
        {
            await action();
            return "none";
        }
        catch (ODataError error)
        {
            return $"{error.ResponseStatusCode} {error.Error?.Code}";
        }
    }
}
