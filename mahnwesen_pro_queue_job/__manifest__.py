{
    "name": "Mahnwesen Pro: Job Queue",
    "summary": "Sends dunning notices as jobs of OCA queue_job, on as many workers as you like",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "mahnwesen_pro contributors",
    "website": "https://github.com/mahnwesen-pro/mahnwesen_pro",
    "license": "LGPL-3",
    "depends": ["mahnwesen_pro", "queue_job"],
    "data": ["data/queue_job.xml"],
    "auto_install": True,
}
