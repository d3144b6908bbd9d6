package said

import (
	"strings"
	"sync"
)

// set returns a function that reports whether a word is one of these, separated by blanks.
func set(words string) func(word string) bool {
	all := sync.OnceValue(func() map[string]struct{} {
		found := map[string]struct{}{}
		for word := range strings.FieldsSeq(words) {
			found[word] = struct{}{}
		}
		return found
	})
	return func(word string) bool {
		_, found := all()[word]
		return found
	}
}

// isCommon reports whether a word is usual in messages about credentials. Such a word is
// not hidden, even if a secret contains it: the secret "my-client-secret-1" must not hide
// "client secret".
var isCommon = set(`
	a aadsts abort aborted about above accept acceptable accepted access accessed accessible according account accounts action activate activated active actor
	add added additional address addresses admin administration administrator advanced after again against agent alg algorithm all allow allowed allows already
	also alternative although always am amount an and another any anything api apigee apis app applicable application applications apply appropriate apr april
	are argument arguments array as ascii ask asked assertion assertions assigned associated at attempt attempted attempts attribute attributes aud audience
	audiences aug august auth auth0 authenticate authenticated authenticating authentication authenticator authorise authorised authority authorization
	authorize authorized authorizing automatically available avoid aware away aws azp azure back backend bad base based basic be bearer because become been
	before began begin begins behalf being below between binding block blocked body boolean bot both bound broken browser build busy but by byte bytes cache
	call called caller calls can cancelled cannot captcha case cause caused causes certificate certificates cest chain challenge change changed channel
	character characteristics characters chars charset check checked checking choose cipher cisco claim claims class clear click client clients clock close
	closed cloud cluster code codes cognito com combination come comes command common communication community company complete completed component concurrent
	condition conditional confidential config configuration configure configured confirm conflict connect connected connecting connection connections
	consecutive consent consider console consumer contact contacting contain contained contains content context continue control controller cookie cookies copy
	core correct correctly correlation could count create created creating creation credential credentials creds csrf current currently custom customer
	customerid data database datacenter date day days deactivated dec december declined decode decoded decoding decrypt decrypting default defined definition
	delegated delete deleted deleting denied deny denying deployment deprecated description deserialize destination detail detailed details detected determine
	developer developers device did different digest directly directory disable disabled disallow disallowed discover discovery display dns do doc docs
	document documentation documented documents does domain domains done double down dpop due duplicate during each easily east ec ed25519 eddsa edit either
	element elsewhere email empty enable enabled encode encoded encoding encountered encrypted encryption end endpoint endpoints enough enrolled ensure enter
	entered enterprise entitled entitlement entity entra entry envelope environment environments equal error errorcode errors errorsummary es256 es384 es512
	especially est establish et etc evaluate evaluating even event every exact exactly example exceed exceeded exception exchange exclude excluded execute
	execution exhausted exist existing exists exp expect expected expiration expire expired expires expiry explain explicit extension external facing factor
	fail failed failing fails failure false faultstring feature feb february federated federation fetch fetching few field fields file filter find fine first
	fix flow follow followed following for forbidden force forget forgot form format found fresh fri from front full fully function further future gateway
	general generate generated generic get getting github gitlab given gives global gmt go gone good google got grant granted grants graph group groups guess
	guessed guest guidance guide had handle handled handler handshake happened harmless has hash have having head header headers health help hence here hidden
	high hint hmac host hostname hosts hour hours how however hs256 hs384 hs512 hsts html http https hub i iat id identification identifier identifiers
	identity idle idp ids ietf if ignore ignored illegal immediately implement implementation implicit import important in inactive inbound include included
	includes including incorrect incorrectly increase indeed index indicate indicates individual info information initial inner input insecure inside inspect
	install installation instance instead institution insufficient integration integrity intended interaction interactive interface intermediate internal
	interrupted interval into introduced introspection invalid involved io ip is iss issue issued issuer issues issuing it item its itself jan january java
	join js json jti jul july jun june just jwk jwks jwt jwtbearer keep key keycloak keyid keys keystore kid kind know known kong label lacks language last
	latency later latest latin launch layer lead least leave left legacy length less let lets letter letters level library license licensed life lifetime like
	likely limit limited limits line lines link linked linux list listed listening lists load loaded loading local locale located location lock locked lockout
	locks log logged logging logic login logins logon logout logs long longer look lookup lost low lower lowercase machine made mail main maintenance make
	malformed manage managed management manager manual many map mar march mark master match matched matches matching matter max maximum may md5 me mean means
	meanwhile mechanism media member memory mention mentioned message messages met metadata method methods mfa microsoft might minimum minus minute minutes
	misconfigured mismatch misses missing mistake mixed mode model modified modify module moment mon month months more most much multi multifactor multipart
	multiple must mutual my name named names namespace native nbf near necessary need needed needs negotiate neither net network never new newer newline next
	no nobody node nonce none nor not notation note nothing noticed notify nov november now null number oauth oauth2 object objects observed obtain obtained
	occurred occurs oct octet october of off offline offset often oidc ok okta old older on once one only onto open openid openssl operation operations
	operator option optional options or oracle order org organisation organization origin original other others otherwise our out outbound outdated outgoing
	outside over own owned owner package packet padding page pages pair parameter parameters params parent parse parsed parser parsing part partial
	particular partner party pass passcode passed passphrase password passwords past paste pasted path pattern pause payload pem pending people per perform
	performed perhaps period permanent permission permissions permit permitted person personal phone pin pkcs pkcs1 pkcs8 place plain plaintext plan planned
	platform please plugin plus pm point pointing policies policy pool port portal ports position possible possibly post potential preferred prefix present
	presented prevent previous primary principal prior private privilege privileges probably problem problems proceed process processed processing prod product
	production profile program programmatic progress project prompt proof properly properties property protected protocol provide provided provider providers
	providing proxied proxy ps256 ps384 ps512 pst public purpose put queries query quota quote quoted quotes random range rate rather raw reach reachable
	reached read readable reading ready real realm reason reasons receive received receiving recent recently recognised recognized record recover redirect
	redirects reduce reference referenced refers refresh refuse refused regenerate region register registered registration registry regular reissue reissued
	reject rejected related release reload relying remain remaining remote removal remove removed renew renewed repeat repeated replace replaced replay reply
	report repository represent request requested requester requestid requesting requestor requests require required requirement requirements requires resend
	reset resets resolve resolved resolving resource resources respond responded response responses rest restart restrict restricted restriction result results
	retried retries retrieve retrieved retry retrying return returned returns reuse reused reverse review revoke revoked rfc right rights role roles root
	rotate rotated route rs256 rs384 rs512 rsa rule rules run running safe salesforce same saml sample sandbox sat save saw say saying schema scheme scope
	scoped scopes script search second seconds secret secrets section secure security see seem seems seen select selected self send sender sending sends
	sensitive sent sep separate separated separator september sequence serial serve served server servers service services session sessions set sets setting
	settings setup several sha sha1 sha256 sha512 shall share shared short shorter should show showed side sign signature signatures signed signer signin
	signing signs similar simple since single site size skew skip slash slow so soap software some someone something sometimes somewhere soon source space
	spaces speak special specific specification specified specifies specify spelled split ssl sso stage staging standard start started starts state statement
	states static status stays step still stop stopped storage store stored strategy stream strict string strong structure sts sub subdomain subject submit
	submitted subscription success successful successfully such sufficient suffix suggest suggested sun supplied supply support supported supports sure
	surrounding suspended switch synchronised synchronized syntax system table tag take taken takes talk target team technical tell tells temporarily temporary
	tenant tenants term terminated terms test tests text than that the their them themselves then there therefore these they thing this those though throttled
	through thu thumbprint thus time timed timeout times timestamp tls to today together token tokens too tool top total totp toward trace tracking traffic
	trailing transaction translate transport tried tries trigger trim true truncated trust trusted try trying tue turn turned twice two typ type typed types
	typically unable unauthenticated unauthorised unauthorized unavailable unchanged undefined under unencrypted unexpected unfortunately unique unit unknown
	unless unlock unlocked unreachable unreadable unrecognized unsigned unsupported until unusable up update updated upgrade upper uppercase uri uris url
	urlencoded urls urn us usable usage use used useful user username users uses using usually utc utf utf8 v1 v2 v3 v4 valid validate validated validating
	validation value values variable verification verified verify version versions very via view violated violation visible visit vmware wait waiting want
	wants warning was way ways we web webhook wed week well were west wg what whatever when where whether which while whitespace who whole whose why wildcard
	will window windows with within without word words work works workspace world would write wrong wrongly wrote wsdl wsse www x509 x5c x5t xml xmlsoap year
	years yes yet you your zero zone
`)

// isShortNumber reports whether a word is a number that is too short for a secret.
func isShortNumber(word string) bool {
	return len(word) < shortestSecret && strings.Trim(word, "0123456789") == ""
}
