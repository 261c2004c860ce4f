"""Scrapy's settings: polite, quiet, and nothing open to the outside. Read as a table of contents."""

from __future__ import annotations

BOT_NAME = "tocsin"
SPIDER_MODULES = ["spiders"]
NEWSPIDER_MODULE = "spiders"

# --- where the home's configuration comes in (delay, User-Agent, private addresses)
ADDONS = {"crawler.watching.HomeAddon": 0}
EXTENSIONS = {
    "crawler.watching.Watching": 0,
    "crawler.throttle.PoliteThrottle": 0,
    "scrapy.extensions.telnet.TelnetConsole": None,
    "scrapy.extensions.remote_control.RemoteControl": None,
    "scrapy.extensions.memdebug.MemoryDebugger": None,
    "scrapy.extensions.logstats.LogStats": None,
    "scrapy.extensions.spiderstate.SpiderState": None,
    "scrapy.extensions.throttle.AutoThrottle": None,
}
ITEM_PIPELINES = {
    "pipelines.intake.IntakePipeline": 100,  # keep the bytes
    "pipelines.archive.ArchivePipeline": 200,  # read them in a worker, record what they say
}

# --- what may be asked
TWISTED_DNS_RESOLVER = "crawler.addresses.CheckedResolver"
ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = "Tocsin"
DOWNLOAD_HANDLERS = {"data": None, "file": None, "ftp": None, "s3": None}
HTTPPROXY_ENABLED = False  # a proxy of the environment would connect where it likes
COOKIES_ENABLED = False
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "crawler.middlewares.AddressMiddleware": 20,
    "crawler.browser.RenderMiddleware": 30,  # not there without tocsin[browser] and a Chromium
    "crawler.middlewares.ScopeMiddleware": 40,
    "crawler.middlewares.RobotsMiddleware": 100,
    "crawler.middlewares.PoliteRetryMiddleware": 550,
    "crawler.middlewares.ConditionalMiddleware": 560,
    "crawler.middlewares.BudgetMiddleware": 845,  # before the statistics: what is not sent is not counted
}
SPIDER_MIDDLEWARES = {  # the spider counts clicks and judges addresses itself
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
}
CONCURRENT_ITEMS = 4  # Scrapy starts so many tasks for each response, even for one item
WARN_ON_GENERATOR_RETURN_VALUE = False  # it reads the spider's source again for each response
HTTPERROR_ALLOW_ALL = True  # 304, 404 and 503 are answers: the spider counts them

# --- how politely
USER_AGENT = "Tocsin"
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/pdf;q=0.9,*/*;q=0.8",
    "Accept-Language": "fr,en;q=0.3",
}
CONCURRENT_REQUESTS = 1  # of one council: strictly best first, and nothing more leaves once a host says stop
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 1.0
DOWNLOAD_DELAY_JITTER = 0.0
AUTOTHROTTLE_ENABLED = True  # crawler.throttle: never faster than DOWNLOAD_DELAY, off where that is 0
AUTOTHROTTLE_TARGET_CONCURRENCY = 1.0
AUTOTHROTTLE_MAX_DELAY = 30.0
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"
RETRY_TIMES = 2
RETRY_GIVE_UP_LOG_LEVEL = "INFO"

# --- limits
DOWNLOAD_TIMEOUT = 60
DOWNLOAD_MAXSIZE = 60 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
REDIRECT_MAX_TIMES = 6
METAREFRESH_MAXDELAY = 10
CLOSESPIDER_TIMEOUT = 4 * 3600
DNS_TIMEOUT = 20

# --- nothing open, nothing kept, nothing noisy
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
LOG_LEVEL = "WARNING"
LOG_VERSIONS: list[str] = []
STATS_DUMP = False
