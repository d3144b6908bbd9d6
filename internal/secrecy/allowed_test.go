package secrecy

import "maps"

// secretWords are the words, in the singular, that say of a name that what it
// names is a secret or holds one.
func secretWords() []string {
	return []string{
		"secret", "password", "passphrase", "credential", "key", "pem", "token", "assertion", "jwt", "claim", "bearer", "cookie",
		"authorization", "body", "form", "query", "header", "param", "proxy",
	}
}

// publicByName are the texts whose name has such a word, and that are no secret.
func publicByName() map[string]string {
	return map[string]string{
		"token.ClientCertificate.CertificatePEM": "a certificate is public, its key is a Secret",
		"token.Transport.CACertificatesPEM":      "certificates of authorities are public",
		"token.SignedJWT.KeyID":                  "the name of a key",
		"token.key":                              "a hash that stands for an exchange",
		"token.Token.HeaderName":                 "a name; the header's value is a Secret",
		"token.Exchange.Credentials":             "the name of the credential set",
		"token.Error.Credentials":                "the name of the credential set",
		"service.UnknownError.Credentials":       "the name of the credential set",
		"token.Response.Token":                   "a path: where the token stands",
		"token.Response.TokenType":               "a path: where the token's type stands",
		"token.endpoints.Token":                  "the URL of the token endpoint, from public metadata",
	}
}

// mayReveal are the functions that make a string of a secret, or of bytes.
func mayReveal() map[string]string {
	allowed := engineMayReveal()
	maps.Copy(allowed, adaptersMayReveal())
	return allowed
}

// engineMayReveal are those of the engine.
func engineMayReveal() map[string]string {
	const (
		sends   = "puts it into the request"
		hashes  = "hashes it into the key of an exchange or a token"
		fills   = "puts the answer's values into headers or into the request that revokes"
		decides = "looks at it and hands nothing on"
		wraps   = "makes bytes a Secret"
		hides   = "takes secrets out of a message"
	)
	return map[string]string{
		"token.Exchange.foundToken":            "takes the token out of the answer, into a Secret",
		"token.text":                           "takes an output out of the answer, into a Secret",
		"token.JSONBody":                       wraps,
		"token.File.token":                     wraps,
		"token.redact":                         hides,
		"token.jsonEscape":                     "escapes what is put into a request or taken out of a message",
		"token.pieces":                         hides,
		"said.Secret.IsEmpty":                  decides,
		"said.Secret.Equal":                    decides,
		"token.secretForms":                    hides,
		"token.Token.secrets":                  decides,
		"token.Request.mentions":               decides,
		"token.ClientSecretBasic.hint":         decides,
		"token.Request.describe":               "takes the names of the body's JSON keys, with every secret taken out",
		"token.ClientSecretBasic.authenticate": sends,
		"token.ClientSecretBasic.credentials":  sends,
		"token.Form.encode":                    sends,
		"token.Request.prepare":                sends,
		"token.Request.setQuery":               sends,
		"token.NewClient":                      "gives the proxy's URL to net/http",
		"token.ClientCertificate.load":         "gives the private key to crypto/tls",
		"token.SignedJWT.signingKey":           "gives the private key to go-jose",
		"token.SignedJWT.claims":               "reads the claims to be signed",
		"token.Exchange.setHeaders":            fills,
		"token.Request.fill":                   fills,
		"token.fillMap":                        fills,
		"token.replacer":                       fills,
		"token.Exchange.key":                   hashes,
		"token.Token.key":                      hashes,
		"token.digest.request":                 hashes,
		"token.digest.form":                    hashes,
		"token.ClientSecretBasic.identity":     hashes,
		"token.ClientSecretPost.identity":      hashes,
		"token.ClientCertificate.identity":     hashes,
		"token.SignedJWT.identity":             hashes,
		"token.Value.identity":                 hashes,
	}
}

// adaptersMayReveal are those of service and provider.
//
// Values of a configuration come from the plugin framework as types.String,
// which cannot be a Secret. They leave it by ValueString alone, in the few
// functions below; before that they cannot be printed, since nothing formats or
// logs what is no plain value.
func adaptersMayReveal() map[string]string {
	const (
		checks = "checks a value of the configuration; the error does not repeat it"
		stores = "sets an output: this is what the provider is for"
		reads  = "reads a value of the configuration"
	)
	return map[string]string{
		"provider.revocableResource.Close": "reads the number of a lease",
		"service.values.text":              reads,
		"service.values.textMap":           reads,
		"service.leaves":                   reads,
		"provider.text":                    reads,
		"service.headerMap":                checks,
		"service.Check":                    checks,
		"service.endpointURL":              checks,
		"service.jsonText.ValidateString":  checks,
		"service.entries":                  checks,
		"service.requestHeaders":           checks,
		"service.upper.ValidateString":     checks,
		"service.scopeList.ValidateSet":    "reads scopes, of which its error shows one",
		"service.pathCheck.ValidateString": "reads a path, of which its warning shows a name",
		"provider.outputs":                 stores,
		"provider.textMap":                 stores,
		"provider.wholeNumber":             stores,
		"provider.optionalText":            stores,
	}
}

// plainTypes are the named types that are plain beside texts and numbers: a
// context is given to loggers, which do not look into it, and a path is the
// place of an attribute.
func plainTypes() []string {
	return []string{"time.Time", "context.Context", "github.com/hashicorp/terraform-plugin-framework/path.Path"}
}

// messagePackages are the packages whose functions format or log what they get:
// of the engine's, those of its Logger.
func messagePackages() []string {
	return []string{"fmt", "log", "log/slog", "github.com/hashicorp/terraform-plugin-log/tflog", tokenPkg}
}

// mayFormat are the values that are not plain, and of which a message is made.
func mayFormat() map[string]string {
	const fields = "the fields that the engine has logged, which were plain values there"
	return map[string]string{
		"token.Exchange.expiry: error":                   "an error of parseTime or parseLifetime, which are fixed texts",
		"token.Path.Check: error":                        "the parser's error is about the path, which the message shows anyway",
		"token.NewPanicError: any":                       "the type of a panic's value, by %T",
		"token.rethrow: token.PanicError":                "has the type of a panic's value, and no value",
		"token.ownGrowth: interface{}":                   "a literal of a path; only its length is used",
		"provider.logger.DebugContext: map[string]any":   fields,
		"provider.logger.InfoContext: map[string]any":    fields,
		"provider.ephemeralAttribute: schema.Attribute":  "the type of an attribute, by %T",
		"service.jsonText.ValidateString: error":         "an error of checkEntry, which names a character and not the value",
		"provider.credentialSets.readEnvironment: error": "an error of CheckWord, which names a character and not the value",
		"main.main: error":                               "an error of starting, before there is a configuration",
	}
}

// mayQuote are the functions that take the text of an error of another's type.
func mayQuote() map[string]string {
	const ours = "an error made here, of fixed texts, without the value that it is about"
	const connection = "of errors that describe the connection alone, with every secret taken out"
	return map[string]string{
		"token.Exchange.read":              "an error of expiry, which quotes the path and not the value",
		"token.call.explain":               connection,
		"token.call.explainBy":             connection,
		"token.call.explainConnection":     connection,
		"token.socksRefusal":               "looks for what it knows, and passes nothing on",
		"token.Client.randomID":            "an error of the system's random numbers",
		"token.Client.httpFor":             ours,
		"token.Client.ask":                 ours,
		"token.Exchange.checkRevocation":   ours,
		"token.SignedJWT.token":            ours,
		"service.headerMap":                ours,
		"service.entries":                  ours,
		"service.outputNames":              ours,
		"service.scopeList.ValidateSet":    ours,
		"service.keyRule":                  ours,
		"service.certificateRule":          ours,
		"service.signable.ValidateObject":  ours,
		"service.check.ValidateString":     ours,
		"provider.revocableResource.Close": "an error of the engine, a *token.Error",
		"provider.jwtDecode.Run":           ours,
		"provider.apitoken.Configure":      ours,
	}
}
