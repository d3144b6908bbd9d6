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
		"transport.Settings.CACertificatesPEM":   "certificates of authorities are public",
		"jose.JWT.KeyID":                         "the name of a key",
		"token.key":                              "a hash that stands for an exchange",
		"token.Token.HeaderName":                 "a name; the header's value is a Secret",
		"token.Exchange.Credentials":             "the name of the credential set",
		"token.Error.Credentials":                "the name of the credential set",
		"service.UnknownError.Credentials":       "the name of the credential set",
	}
}

// mayReveal are the functions that make a string of a secret, or of bytes.
func mayReveal() map[string]string {
	allowed := engineMayReveal()
	maps.Copy(allowed, lowerMayReveal())
	maps.Copy(allowed, adaptersMayReveal())
	return allowed
}

// engineMayReveal are those of the engine, package token.
func engineMayReveal() map[string]string {
	const (
		sends   = "puts it into the request"
		hashes  = "hashes it into the key of an exchange or a token"
		fills   = "puts the answer's values into headers or into the request that revokes"
		decides = "looks at it and hands nothing on"
		names   = "takes the claims of an assertion that a message may name, or their names"
		wraps   = "makes bytes a Secret"
	)
	return map[string]string{
		"token.Exchange.accessToken":             "checks that the token fits a header; the error does not repeat it",
		"token.Exchange.expiry":                  "reads the exp of a token that is a JWT",
		"token.JSONBody":                         wraps,
		"token.jsonEscape":                       "escapes what is put into a request or taken out of a message",
		"token.Request.mentions":                 decides,
		"token.Request.describe":                 "takes the names of the body's JSON keys, with every secret taken out",
		"token.ClientSecretBasic.credentials":    sends,
		"token.Form.encode":                      sends,
		"token.Request.prepare":                  sends,
		"token.Request.setQuery":                 sends,
		"token.NewClient":                        "gives the proxy's URL to net/http",
		"token.Exchange.setHeaders":              fills,
		"token.Request.fill":                     fills,
		"token.fillMap":                          fills,
		"token.replacer":                         fills,
		"token.Exchange.key":                     hashes,
		"token.Token.key":                        hashes,
		"token.digest.request":                   hashes,
		"token.digest.form":                      hashes,
		"token.ClientSecretBasic.identity":       hashes,
		"token.ClientSecretPost.identity":        hashes,
		"token.ClientCertificate.identity":       hashes,
		"source.Signed.identity":                 hashes,
		"source.Value.identity":                  hashes,
		"token.ClientSecretBasic.encodingAdvice": decides,
		"token.presented.holds":                  names,
		"token.presented.decoded":                names,
		"token.presented.isExpired":              decides,
		"token.presented.isNone":                 decides,
		"source.Signed.given":                    names,
		"token.notSendable":                      decides,
		"token.decodeText":                       wraps,
		"token.decodeUTF16":                      wraps,
		"token.Token.fill":                       decides,
		"token.Exchange.unfit":                   decides,
		"token.isSentence":                       decides,
		"token.isQuoted":                         decides,
		"token.Basic.authenticate":               sends,
		"token.Basic.identity":                   hashes,
		"token.Basic.Check":                      decides,
		"token.Basic.Header":                     "encodes it, for a Secret",
	}
}

// lowerMayReveal are those of the packages below the engine.
func lowerMayReveal() map[string]string {
	const (
		decrypts = "derives from the passphrase the key that decrypts a private key"
		judges   = "takes it apart for the judge, who does not say it"
		foreign  = "handles a text of the server for the judge"
		decides  = "looks at it and hands nothing on"
	)
	return map[string]string{
		"jose.HoldsPrivateKey":  decides,
		"jose.unwrapped":        decides,
		"said.isMarked":         decides,
		"answer.decodeText":     "reads the body of an answer, which does not print",
		"answer.words.markup":   "reads XML of an answer, into a Foreign",
		"answer.writeName":      "writes a name of a path, which is no secret",
		"said.Secret.IsEmpty":   decides,
		"said.Secret.Equal":     decides,
		"jose.Pair":             "gives the private key to crypto/tls",
		"jose.readKey":          "reads the private key",
		"jose.derivePBKDF2":     decrypts,
		"jose.deriveScrypt":     decrypts,
		"jose.decryptLegacy":    decrypts,
		"jose.wrongPassphrase":  decides,
		"jose.shown":            "cuts a text of a certificate, which is public",
		"jose.JWT.signingKey":   "gives the private key to go-jose",
		"jose.JWT.claims":       "reads the claims to be signed",
		"answer.Value.written":  "makes JSON of an output, for a Secret",
		"said.LoginEntries":     "looks whether the password stands for none",
		"said.Book.pieces":      judges,
		"said.Shelf.hash":       "hashes it, to have equal entries once",
		"said.index.addPublic":  judges,
		"said.index.addCut":     judges,
		"said.decodeBase64":     judges,
		"said.pieces.addXML":    judges,
		"said.index.isGlued":    judges,
		"said.index.isOrdinary": judges,
		"said.entityAt":         foreign,
		"said.write":            "writes what the judge lets through",
		"said.Judge.OwnSecrets": "hands on what messages leave out, to be looked for in them",
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
		"provider.basicAuthHeader.Run":      "returns the header: this is what the function is for",
		"provider.revocableResource.Close":  "reads the number of a lease",
		"service.values.text":               reads,
		"service.values.textMap":            reads,
		"service.leaves":                    reads,
		"provider.stringValue":              reads,
		"service.headerMap":                 checks,
		"service.Check":                     checks,
		"service.endpointURL":               checks,
		"service.pathCheck.ValidateString":  "reads a path, of which its warning shows a name",
		"service.truthCheck.ValidateString": "reads a path, of which its warning shows a key, true, false or a number",
		"service.nearGrant":                 checks,
		"provider.outputs":                  stores,
		"provider.stringMap":                stores,
		"provider.wholeNumber":              stores,
		"provider.stringOrNull":             stores,
		"service.jsonText":                  checks,
		"service.entries":                   checks,
		"service.requestHeaders":            checks,
		"service.noPrivateKeys":             checks,
		"service.requestHeadersRule":        checks,
		"service.values.param":              "reads an entry of params, which is compared and not shown",
		"service.upper.ValidateString":      checks,
		"service.scopeList":                 "reads scopes, of which its error shows one",
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
		"token.Client.askPlaces: any":                   "the value of a panic, which goes on",
		"provider.logger.DebugContext: map[string]any":  fields,
		"provider.logger.InfoContext: map[string]any":   fields,
		"provider.ephemeralAttribute: schema.Attribute": "the type of an attribute, by %T",
		"main.main: error":                              "an error of starting, before there is a configuration",
		"transport.NewPanicError: any":                  "the type of a panic's value, by %T",
		"token.rethrow: transport.PanicError":           "has the type of a panic's value, and no value",
		"service.jsonText: error":                       "an error of checkEntry, which names a character and not the value",
	}
}

// mayHold are the fields of errors that are not plain.
func mayHold() map[string]string {
	return map[string]string{}
}

// mayQuote are the functions that take the text of an error of another's type.
func mayQuote() map[string]string {
	const ours = "an error made here, of fixed texts, without the value that it is about"
	return map[string]string{
		"token.Basic.authenticate":         ours,
		"token.Exchange.unfit":             ours,
		"service.basicUsername":            ours,
		"said.ErrorText":                   "makes it Foreign",
		"token.alert.text":                 "the name of an alert, to compare with",
		"token.Client.randomID":            "an error of the system's random numbers",
		"token.isExhausted":                "looks for what it knows, and passes nothing on",
		"token.proxyVariable.problem":      ours,
		"source.Signed.token":              ours,
		"jose.readCertificate":             "what crypto/x509 says of a certificate, which is public, on one line of bounded length",
		"jose.JWT.Sign":                    ours,
		"service.headerMap":                ours,
		"service.entries":                  ours,
		"service.unusableName":             ours,
		"provider.variableProblem":         ours,
		"service.scopeList":                ours,
		"service.checkBeside":              ours,
		"provider.revocableResource.Close": "an error of the engine, a *token.Error",
		"provider.jwtDecode.Run":           ours,
		"provider.apitoken.Configure":      ours,
	}
}
