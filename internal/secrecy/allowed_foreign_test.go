package secrecy

// mayUse are the functions that use a foreign text for anything but showing it.
func mayUse() map[string]string {
	const (
		judges  = "judges it: no word comes through that is part of a secret"
		decides = "compares it, and hands nothing on but whether it is so"
	)
	return map[string]string{
		"token.isUnfinished":            "compares it with the beginnings of answers",
		"token.hintOf":                  "takes what crypto/x509 says out of its quotes",
		"token.brokenStream":            "compares it with what net/http says",
		"token.call.explainHTTP2":       "only compared, except a code that is a word in capitals",
		"said.Judge.Message":            judges,
		"said.Judge.Name":               judges,
		"said.Foreign.Use":              "is how the others use it",
		"said.Foreign.CutPrefix":        "hands on a Foreign",
		"said.Foreign.IsEmpty":          decides,
		"said.Foreign.Is":               decides,
		"said.Foreign.Equal":            decides,
		"said.Foreign.EqualFold":        decides,
		"said.Foreign.Contains":         decides,
		"said.Foreign.HasPrefix":        decides,
		"token.dropBrokenLocation":      "parses an address, and hands nothing on",
		"token.Exchange.redirectTarget": "parses the address of a redirect; origin makes what is shown of it Foreign",
		"token.isWebAddress":            decides,
		"token.Exchange.endpoint":       "checks the URL of an endpoint, to send a request there; host has a judge show it",
		"provider.outputs":              "sets the output token_type: this is what the provider is for",
	}
}

// mayReadPeers are the functions that read what a peer has sent, or what is of the
// same types.
func mayReadPeers() map[string]string {
	const (
		json    = "reads JSON of an answer, into values that do not print"
		headers = "reads a header, for those that make it Foreign or a Secret"
		issuer  = "reads an issuer's metadata, into Foreign"
		ours    = "reads a value of the configuration, or of the request"
		library = "reads a word of Go's own library, to compare it"
		own     = "reads the user's own certificate"
		judges  = "reads a secret, for the judge"
	)
	return map[string]string{
		"answer.Header.get":            headers,
		"answer.Header.all":            headers,
		"answer.Header.cookies":        headers,
		"answer.decodeJSON":            json,
		"answer.jsonReader.value":      json,
		"answer.jsonReader.list":       json,
		"answer.jsonReader.object":     json,
		"answer.words.markup":          "reads XML of an answer, into a Foreign",
		"token.objectFields":           issuer,
		"token.jsonFields.text":        issuer,
		"token.knownMethods":           "reads a list of an issuer's metadata, and keeps the names that are known here",
		"token.call.received":          "gives the headers of an answer to answer.Read",
		"token.receive":                "gives the headers of an answer to answer.NewHeader",
		"token.dropBrokenLocation":     "gives the headers of an answer to answer.NewHeader, and removes one",
		"token.movedTo":                "returns where an answer comes from; movedAdvice shows of it what a judge lets through",
		"token.Runtime.checkProxy":     "looks for Basic among what a proxy offers, and for how long to wait",
		"token.isTLSAlert":             library,
		"token.isSOCKS":                library,
		"token.call.explainBy":         library,
		"token.call.explain":           "compares the kind of a failed operation, which net has",
		"token.hintOf":                 "makes the text of an error Foreign",
		"token.call.explainConnection": "makes the texts of an error Foreign",
		"token.checkRedirect":          ours,
		"token.Request.prepare":        ours,
		"token.call.attempt":           ours,
		"token.topKeys":                ours,
		"service.jsonText":             ours,
		"said.decodeJSON":              judges,
		"said.pieces.addListed":        judges,
		"said.pieces.addQuoted":        judges,
		"jose.decodeOne":               ours,
		"jose.isKeyObject":             ours,
		"jose.readJWK":                 ours,
		"jose.members.text":            ours,
		"jose.members.number":          ours,
		"jose.members.otherUse":        ours,
		"token.call.issuedBy":          "makes the name of a certificate's issuer Foreign",
		"token.call.explainAuthority":  "compares a certificate's issuer with its subject",
		"jose.Pair":                    own,
		"jose.named":                   own,
		"jose.belongs":                 own,
		"jose.certified":               own,
	}
}

// mayGiveText are the functions of package answer that return text.
func mayGiveText() map[string]string {
	const (
		fixed = "returns phrases that are written there"
		path  = "returns a path that the user has written, or a part of it"
	)
	return map[string]string{
		"answer.DecodeJWT":             "returns what the user has asked to decode, or what was sent; held has a judge show that",
		"answer.Path.String":           path,
		"answer.Path.Hyphenated":       path,
		"answer.Path.BareWord":         path,
		"answer.Path.ComparedKey":      path,
		"answer.Path.QuotedWord":       path,
		"answer.search.CallFunction":   "is how the library of paths calls functions, on values that do not print",
		"answer.ambiguous.MarshalJSON": fixed,
		"answer.excessive.MarshalJSON": fixed,
		"answer.Header.LimitReset":     "returns names that are written there, and a number",
		"answer.Answer.Code":           "returns codes of RFC 6749 that are written there",
		"answer.Answer.Describe":       fixed,
		"answer.Answer.KeysNear":       path,
		"answer.Answer.Body":           "returns a Secret, and fixed phrases",
		"answer.Value.Kind":            fixed,
		"answer.Value.Time":            fixed,
		"answer.Value.Lifetime":        fixed,
		"answer.JSONError.Error":       fixed,
	}
}

// mayReadURLs are the functions that read texts in a URL.
func mayReadURLs() map[string]string {
	const (
		users    = "reads a URL of the user's"
		compares = "compares, and hands nothing on but whether it is so"
		sends    = "makes the URL that a request is sent to"
		judged   = "has a judge show it, or makes it Foreign"
		forms    = "gives what is compared, to sameHost and hostOf alone"
	)
	return map[string]string{
		"said.pieces.addURL":                "takes it apart for the judge, who does not say it",
		"transport.CheckURL":                "checks it; of one that a peer has named, urlProblem has a judge show what is wrong",
		"token.hostProblem":                 compares,
		"token.Exchange.tellsSecret":        compares,
		"token.sameHost":                    compares,
		"token.Exchange.movedAdvice":        "shows of a path what a judge lets through",
		"token.checkRedirect":               "sends to the host that the user has written, and not to the one of the redirect",
		"token.slashAdvice":                 compares,
		"token.Exchange.redirected":         compares,
		"token.Exchange.redirectTarget":     compares,
		"token.plainHost":                   forms,
		"token.plainPort":                   forms,
		"token.origin":                      judged,
		"token.Exchange.host":               judged,
		"token.Request.describe":            judged,
		"token.Exchange.endpoint":           sends,
		"token.Request.setQuery":            sends,
		"source.GitHubActions.token":        sends,
		"token.wellKnown":                   sends,
		"token.sender.RoundTrip":            "finds the connections to a host",
		"token.proxyHost":                   "shows the host of the user's proxy",
		"token.parseProxyURL":               users,
		"token.proxyFunc":                   users,
		"token.usual.choose":                users,
		"token.Exchange.redirectedMetadata": compares,
		"token.hostOf":                      "names a host in a map that nobody prints",
	}
}
