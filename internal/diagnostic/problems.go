package diagnostic

import (
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// problems has the sentences that need at most a name or a detail.
var problems = map[token.Problem]string{
	token.ProblemErrorBesideToken: "there is an error in the response, so its token is not used",
	token.ProblemOtherStatus:      "response.success_statuses does not list this status",
	token.ProblemPage:             "the response is an HTML page, which does not confirm a revocation",

	token.ProblemOverdue:      "it did not answer in time",
	token.ProblemWaitedBefore: "earlier revocations waited 8s for this host in vain, so no further request was sent",

	token.ProblemNoTimeLeft: "to revoke the tokens that needed this one took all the time, so no request was sent",

	token.ProblemNoTarget:     "it redirects without saying where to",
	token.ProblemTargetScheme: "it redirects to an address that is not an https:// URL, which is not followed",
	token.ProblemTargetUser:   "it redirects within its host to an address with a user name or password, which is not followed",
	token.ProblemRedirects:    "it redirects within its host more than 5 times",
	token.ProblemLoss:         "it redirects within its host in a way that would lose what the request sends",

	token.ProblemStructure:  "the response is {detail}, and not a token by itself",
	token.ProblemEmpty:      "the response has no token: it is empty",
	token.ProblemUnfitToken: "the token holds a line break or another character that no HTTP header can carry",

	token.ProblemNotMetadata:     "its metadata is not a JSON object as RFC 8414 describes it",
	token.ProblemNotText:         "its metadata has a value for {name} that is not a string",
	token.ProblemTwice:           "its metadata has two values for {name}",
	token.ProblemNoIssuer:        "its metadata has no issuer",
	token.ProblemNoTokenEndpoint: "its metadata has no token_endpoint",
	token.ProblemNowhere:         "there is no metadata at either of its two URLs",
	token.ProblemHalfKnown:       "one of the two URLs of its metadata cannot be read now, and there is no metadata at the other",

	token.ProblemNoEndpoint: "no revocation endpoint is known",
}

// problem words the problem of an error, if the table has it.
func (r *report) problem() string {
	return strings.NewReplacer("{name}", r.e.Name, "{detail}", r.e.Detail).Replace(problems[r.e.Problem])
}
