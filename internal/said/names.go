package said

import (
	"slices"
	"strings"
	"unicode"
)

// rank is what the name of a value says about it.
type rank int

const (
	// unranked: the name says nothing.
	unranked rank = iota
	// public: messages may use the words of the value.
	public
	// carrier: the value contains others, with names of their own, or a secret.
	carrier
	// secret: the value is secret, even if it looks like an everyday word.
	secret
)

// rankOf returns the rank of a name, which is that of an attribute, a key, a field, a
// header, a cookie or an element.
//
// Ids and user names are public, so that messages can say which client they mean.
func rankOf(name string) rank {
	words := nameWords(name)
	if len(words) == 0 {
		return unranked
	}
	if isCarrierName(strings.Join(words, "_")) {
		return carrier
	}
	last := words[len(words)-1]
	switch {
	case isSecretID(words):
		return secret
	case endsPublic(last), last == "code" && isCodeOf(words[0]):
		return public
	case slices.ContainsFunc(words, isSecretWord):
		return secret
	case slices.ContainsFunc(words, isPublicWord):
		return public
	default:
		return unranked
	}
}

// nameWords returns the words of a name in small letters. They are the same for
// clientSecret, client_secret and Client-Secret.
func nameWords(name string) []string {
	if place := strings.LastIndexAny(name, ":/"); place >= 0 { // a prefix of XML, a path
		name = name[place+1:]
	}
	var spaced strings.Builder
	var before rune
	for _, r := range name {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			r = ' '
		case unicode.IsUpper(r) && unicode.IsLower(before):
			spaced.WriteByte(' ') // clientSecret
		}
		spaced.WriteRune(unicode.ToLower(r))
		before = r
	}
	return strings.Fields(spaced.String())
}

// isCarrierName reports whether the value of a name contains other names, such as the
// header Authorization or a whole body.
var isCarrierName = set(`
	authorization proxy_authorization x_authorization cookie set_cookie body json form query params claims header data payload credentials credential auth
	authentication variables input request content identity
`)

// isHeaderName reports whether a name is that of a header that begins with a scheme.
func isHeaderName(name string) bool {
	return strings.HasSuffix(strings.ToLower(name), "authorization")
}

// endsPublic reports whether the last word of a name makes its value public, like the type
// of a token or the id of a key.
var endsPublic = set(`
	id ids type types url uri endpoint name names method methods format version alg algorithm mode kind encoding lifetime ttl expires expiry length policy
	index hint scheme provider source scope scopes audience clientid appid keyid userid tenantid username userpoolid accountid granttype logintype
	authtype tokentype kid use timeout duration count limit size level age interval audiences encodings lifetimes date time timestamp x5t thumbprint
	fingerprint status error message description
`)

// isSecretID reports whether an id is a secret, like the secret_id of Vault or a
// session_id, and unlike the id of a key or of a client.
func isSecretID(words []string) bool {
	isSecretName := func(word string) bool { return isSecretWord(word) && !hasPublicID(strings.TrimSuffix(word, "s")) }
	last := strings.TrimSuffix(words[len(words)-1], "s")
	if last != "id" {
		before, isID := strings.CutSuffix(last, "id")
		return isID && (isSecretName(before) || strings.HasSuffix(before, "session"))
	}
	return slices.ContainsFunc(words[:len(words)-1], func(word string) bool {
		return isSecretName(word) || word == "credential" || word == "auth"
	})
}

// hasPublicID has the words for keys with a public id, as in private_key_id.
var hasPublicID = set("key apikey accesskey privatekey private secretkey passkey")

// isCodeOf reports whether the code of something is public. Other codes are secrets that
// users type in.
var isCodeOf = set("country currency language lang locale region status error response product company org tenant zone")

// isSecretWord reports whether a word makes the value of a name secret.
func isSecretWord(word string) bool { return secretWords(strings.TrimSuffix(word, "s")) }

var secretWords = set(`
	password passwd passwort pas pass pwd pw passphrase passcode secret key apikey token assertion otp totp mfa pin code cookie session sid sessionid
	signature sig hmac bearer jwt saml ticket private seed salt nonce challenge verifier refresh clientsecret accesstoken refreshtoken idtoken
	userpassword secretkey accesskey privatekey authtoken sharedsecret userpass passkey securityanswer kennwort licence license hash digest jsessionid
	phpsessid creds cred
`)

// singular returns a word without the ending of its plural.
func singular(word string) string {
	if before, ok := strings.CutSuffix(word, "ies"); ok {
		return before + "y"
	}
	if strings.HasSuffix(word, "ss") || len(word) < shortestSecret {
		return word
	}
	return strings.TrimSuffix(word, "s")
}

// isPublicWord reports whether a word makes the value of a name public.
func isPublicWord(word string) bool { return publicWords(singular(word)) }

var publicWords = set(`
	repository db acr amr intent purpose audience package registry bucket topic queue index table catalog feature right privilege capability section tag
	label unit team department location datacenter catalogue plan tier edition grant realm tenant aud domain region lang language locale response resource
	user login account org organization organisation project redirect host hostname issuer iss sub subject typ action service application app device
	platform environment env product zone company workspace accept agent origin referer jsonrpc operation database schema warehouse role permission email
	mail client connector channel site group vendor partner api xmlns authenticator remember interactive timeout duration expiration exp iat nbf requested
	protocol msg detail title reason state prompt display persistent legacy cluster namespace path port address ip branch customer profile stage store
	shop instance connection strategy class category target with timezone country currency charset
`)
