// A .NET console client with SPKI pins, any number of them: a backup is one more line in the set.
// The platform's validation comes first, against the anchors of the brief; the pin is sought in the chain that it built.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Threading.Tasks;

sealed class BadPins : Exception {
    public BadPins(string words) : base(words) {}
}

// One visit: its brief, read from a line of JSON over that of the line before it.
sealed class Brief {
    readonly Dictionary<string, JsonElement> facts = new Dictionary<string, JsonElement>();

    public void Read(string line) {
        foreach (JsonProperty property in JsonDocument.Parse(line).RootElement.EnumerateObject()) facts[property.Name] = property.Value;
        if (!facts.ContainsKey("path")) facts["path"] = JsonDocument.Parse(JsonSerializer.Serialize(new Uri(Text("url")).PathAndQuery)).RootElement;
    }

    public string Text(string name) { return Has(name) ? facts[name].GetString() : null; }
    public int Number(string name) { return Has(name) ? facts[name].GetInt32() : 0; }
    public bool Has(string name) { return facts.ContainsKey(name) && facts[name].ValueKind != JsonValueKind.Null; }
    public string Url { get { return "https://" + Text("host") + ":" + Number("port") + Text("path"); } }

    // The pins as hashes, null for no pinning; throws BadPins for an empty set and for what is no SHA-256.
    public HashSet<string> Pins() {
        if (!Has("pins")) return null;
        HashSet<string> found = new HashSet<string>();
        foreach (JsonElement pin in facts["pins"].EnumerateArray()) found.Add(Hash(pin.GetString()));
        if (found.Count == 0) throw new BadPins("a pin set needs pins");
        return found;
    }

    static string Hash(string pin) {
        byte[] raw;
        try {
            raw = Convert.FromBase64String(pin.StartsWith("sha256/") ? pin.Substring(7) : pin);
        } catch (FormatException) {
            throw new BadPins("a pin is no base64");
        }
        if (raw.Length != 32) throw new BadPins("a pin has 32 bytes");
        return BitConverter.ToString(raw);
    }
}

static class Program {
    static HttpClient client;
    static string anchors;
    static HashSet<string> pinned;

    static int Main(string[] words) {
        if (words.Length == 1) {
            Console.WriteLine(".NET {0}", Environment.Version);
            return 0;
        }
        Brief brief = new Brief();
        for (string line = Console.In.ReadLine(); line != null; line = Console.In.ReadLine()) {
            brief.Read(line);
            Console.WriteLine(JsonSerializer.Serialize(Outcome(brief)));
            if (!brief.Has("session")) break;
        }
        return 0;
    }

    static Dictionary<string, object> Outcome(Brief brief) {
        Dictionary<string, object> result = new Dictionary<string, object>();
        try {
            if (brief.Number("clock_s") != 0) return Outcome("unsupported", "its clock cannot be set");
            HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Get, brief.Url);
            request.Headers.Add("X-Pinlab-Canary", brief.Text("canary"));
            HttpResponseMessage answer = Client(brief).SendAsync(request).GetAwaiter().GetResult();
            result = Outcome("accept", "");
            result["status"] = (int)answer.StatusCode;
            result["body"] = answer.Content.ReadAsStringAsync().GetAwaiter().GetResult();
        } catch (BadPins error) {
            result = Outcome("reject", error.Message);
            result["reason"] = "config_invalid";
        } catch (Exception error) {
            result = Outcome("reject", Words(error));
        }
        return result;
    }

    static Dictionary<string, object> Outcome(string claim, string detail) {
        return new Dictionary<string, object> { { "claim", claim }, { "reason", null }, { "detail", detail } };
    }

    static string Words(Exception error) {
        string result = "";
        for (; error != null; error = error.InnerException) result += error.GetType().Name + ": " + error.Message + " <- ";
        return result.Length > 480 ? result.Substring(0, 480) : result;
    }

    // The client of this process, made anew where other pins or anchors hold: both are settings of a handler.
    static HttpClient Client(Brief brief) {
        HashSet<string> pins = brief.Pins();
        string file = brief.Text("ca_file");
        if (client != null && Equals(file, anchors) && Same(pins, pinned)) return client;
        if (client != null) client.Dispose();
        anchors = file;
        pinned = pins;
        client = new HttpClient(Handler(brief, pins)) { Timeout = TimeSpan.FromMilliseconds(brief.Number("timeout_ms")) };
        return client;
    }

    static bool Same(HashSet<string> first, HashSet<string> other) {
        return first == null || other == null ? first == other : first.SetEquals(other);
    }

    static SocketsHttpHandler Handler(Brief brief, HashSet<string> pins) {
        SocketsHttpHandler handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = brief.Has("proxy") };
        handler.PooledConnectionLifetime = TimeSpan.Zero; // sessions stay, connections do not: each visit meets what is there
        handler.SslOptions.CertificateChainPolicy = Anchors(brief.Text("ca_file"));
        string proxyHost = brief.Has("proxy") ? new Uri(brief.Text("proxy")).Host : null;
        handler.SslOptions.RemoteCertificateValidationCallback = (sender, leaf, chain, errors) =>
            Check(Equals(((SslStream)sender).TargetHostName, proxyHost) ? null : pins, chain, errors);
        if (proxyHost != null) {
            handler.Proxy = new WebProxy(brief.Text("proxy"));
            return handler;
        }
        string address = brief.Text("address");
        handler.ConnectCallback = (context, stop) => new ValueTask<Stream>(Connect(address, context.DnsEndPoint.Port));
        return handler;
    }

    static async Task<Stream> Connect(string address, int port) {
        Socket socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(address, port);
        return new NetworkStream(socket, true);
    }

    static X509ChainPolicy Anchors(string file) {
        X509ChainPolicy policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust };
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true;
        policy.CustomTrustStore.ImportFromPemFile(file);
        policy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.1"));
        return policy;
    }

    // Nothing that the platform found is ever forgiven; without pins its word is all.
    static bool Check(HashSet<string> pins, X509Chain chain, SslPolicyErrors errors) {
        if (errors != SslPolicyErrors.None) return false;
        if (pins == null) return true;
        foreach (X509ChainElement element in chain.ChainElements) {
            byte[] key = element.Certificate.PublicKey.ExportSubjectPublicKeyInfo();
            if (pins.Contains(BitConverter.ToString(SHA256.Create().ComputeHash(key)))) return true;
        }
        throw new AuthenticationException("pinlab: no pinned key");
    }
}
